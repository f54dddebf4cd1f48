import Core
import Datasets
import Faces
import Foundation
import Reports
import Studies
import TableStudy
import Torch

/// The paper's experiments done again: table, faces, study of pictures and report, whatever of them is asked
/// for.
package struct Reproduction {
    private let request: ReproductionRequest
    private let choice: PresetChoice
    /// The pictures that come with Winnow; nil when a person names their own.
    private let scenes: EmbeddedScenes?
    /// Where everything is kept.
    package let folder: URL
    private let host: StudyHost
    private let screen: any ReproductionScreen

    private var preset: StudyPreset { choice.preset }

    /// Chooses the preset, which may time a training step.
    ///
    /// - Throws: `StudyError` when the pictures that come with Winnow are needed and not there.
    package init(
        _ request: ReproductionRequest, _ host: StudyHost, on screen: any ReproductionScreen
    ) throws {
        (self.request, self.host, self.screen) = (request, host, screen)
        let isEmbedded = request.hasPictures && !request.source.isGiven
        scenes = isEmbedded ? try EmbeddedScenes.locate() : nil
        let data = isEmbedded ? "embedded" : request.source.name
        func folder(_ preset: String) -> URL {
            let name = request.hasPictures ? "\(data)-\(preset)" : "table"
            return URL(fileURLWithPath: request.out ?? "studies/\(name)")
        }
        if let name = request.preset {
            choice = PresetChoice(preset: try .named(name, among: StudyPreset.ofPaper))
        } else if request.hasPictures, !isEmbedded {
            choice = try .own(request, host, earlier: folder("paper"))
        } else {
            choice = PresetChoice(preset: try .named(request.isOwn ? "paper" : "quick"))
        }
        self.folder = folder(choice.preset.name)
    }

    /// Plans the study of pictures; nil where there is none. Trains nothing and writes nothing.
    package func planned() throws -> (run: StudyRun, jobs: Int)? {
        announce()
        return try plan(isDry: true).map { ($0.run, request.jobs($0.run.study)) }
    }

    /// Does what is left of everything.
    ///
    /// - Throws: what says, when stopped, that the same command goes on.
    package func run() throws -> ReproductionResult {
        announce()
        let planned = try plan(isDry: false)
        if let run = planned?.run, let left = try run.standing(jobs: request.jobs(run.study)).left {
            screen.expect(later: left)
        }
        let records = request.hasTable ? try table() : nil
        screen.expect(later: 0)
        let findings = try planned.map { try work($0.run, $0.source) }
        return ReproductionResult(records, findings, folder: folder)
    }

    private func announce() {
        let what = [
            request.hasTable ? "the table of features" : nil,
            request.hasPictures ? "pictures" : nil,
        ].compactMap { $0 }.joined(separator: " and ")
        host.note(
            """
            Winnow reproduces the paper's experiments on \(what).
              preset   \(preset.name): \(preset.summary)
              study    \(folder.path)  (run the same command to go on after an interruption)
            """)
        for line in choice.notes { host.note("  preset   \(line)") }
        if scenes != nil { host.note("  data     \(EmbeddedScenes.note)") }
    }
}

// MARK: The study of pictures

extension Reproduction {
    private func plan(isDry: Bool) throws -> (run: StudyRun, source: StudySource)? {
        guard request.hasPictures else { return nil }
        var changes = request.changes
        if scenes != nil, changes.groups == nil { changes.groups = EmbeddedScenes.groupRule }
        let wanted = try preset.study.changed(changes)
        var source = request.source
        if let crops = try croppedFaces(isDry: isDry) { source.data = crops.path }
        // A folder that is not there is found out before anything is fetched.
        _ = try source.pictures()
        let settled = try source.settled(wanted, substitutes: scenes != nil, host)
        let run = try StudyRun(
            settled.study, settled.source, folder: folder, device: request.device, isDry: isDry,
            host)
        try run.data.checkRoom(forAugmentation: request.augmentation)
        try run.begin()
        return (run, settled.source)
    }

    private func work(_ run: StudyRun, _ source: StudySource) throws -> StudyFindings {
        let jobs = request.jobs(run.study)
        host.note("  study    \(try run.overview(jobs: jobs))")
        for line in run.study.reductions { host.note("  reduced  \(line.text)") }
        if !run.isDone {
            screen.begin(run, workers: jobs, threads: run.threads(jobs: jobs))
            defer { screen.endStudy() }
            try run.work(jobs: jobs, source, host) { screen.show($0) }
        }
        let (findings, files) = try run.finish(
            synthetic: scenes == nil ? nil : "Embedded \(EmbeddedScenes.note).")
        host.note("  records  \(folder.path)/: \(files.joined(separator: ", "))")
        return findings
    }

    /// The folder of the crops; nil where the pictures are taken as they are. Crops that are there already
    /// are kept.
    ///
    /// - Parameter isDry: whether none are made: the plan is then of the pictures as they are, unless every crop is
    ///   there.
    private func croppedFaces(isDry: Bool) throws -> URL? {
        let own = request.cropFaces ? request.source.data : nil
        guard let root = scenes?.folder.path ?? own else {
            guard request.cropFaces else { return nil }
            throw StudyError("`cropFaces` needs `data` DIR: a manifest names its own pictures")
        }
        let crops = folder.appending(path: "faces")
        let files = try ImageFolder(root: root).files.map(\.file)
        guard !isDry else {
            let there = try? ImageFolder(root: crops.path).files.map(\.file)
            if there == files { return crops }
            host.note("  faces    not cropped yet: the list is of the pictures as they are")
            return URL(fileURLWithPath: root)
        }
        var cropper = try FaceCropper(
            root: root, output: crops.path, options: CropOptions(), weights: .installed())
        cropper.threads = request.threads
        cropper.shouldStop = host.isCancelled
        cropper.progress = { [screen] in screen.faces($0, of: $1) }
        defer { screen.endFaces() }
        let report = try cropper.run(files)
        host.note("  faces    \(report.summary(noFace: .keep))")
        return crops
    }
}

// MARK: The study of the table

extension Reproduction {
    private func table() throws -> TableRecords {
        let settings = try request.tableSettings(preset)
        let data = try request.table()
        let store = try TrialStore(root: folder, data, settings)
        screen.beginTable()
        let (found, trials) = try TableStudy.run(
            data, settings, workers: Parallel(threads: request.threads), store: store
        ) { [screen, isCancelled = host.isCancelled] progress in
            screen.show(progress)
            if isCancelled() {
                throw StudyError(
                    "interrupted. Finished nets are kept in \(store.folder.path); the same command "
                        + "goes on from there")
            }
        }
        screen.endTable()
        let records = TableRecords(found, trials)
        try records.write(to: folder)
        host.note("  records  \(folder.path)/table.{json,md}, table-*.csv")
        return records
    }
}
