import Core
import Foundation

extension Submission {
    /// Reads pictures and plans every stage, as `StudyRun` does, for other machines to do them.
    ///
    /// - Parameter limit: stages of one array at most, where `options` does not say; nil asks Slurm.
    package init(
        _ study: Study, _ source: StudySource, folder: URL, _ options: JobOptions, limit: Int?,
        resumes: Bool, _ host: StudyHost
    ) throws {
        try options.check()
        let slurm = Slurm()
        // First of all: reading a million pictures for nothing is no fun.
        let limit = try limit ?? slurm.arrayLimit()
        let data = try source.read(study, host)
        let starts = try source.starts(study, host)
        let plan = try StudyRun.plan(study, data, starts).plan
        try self.init(
            plan, folder: folder, program: host.program,
            arguments: source.absolute.arguments(starts.files.mapValues(Self.absolute)), options,
            limit: limit, resumes: resumes, slurm)
    }

    fileprivate static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }
}

extension StudySource {
    /// The same for a process in another folder.
    var absolute: StudySource {
        var source = self
        source.data = data.map(Submission.absolute)
        source.manifest = manifest.map(Submission.absolute)
        return source
    }
}
