import Core
import Formats
import Foundation

/// Crops the faces of a folder's pictures into a folder of the same shape, several side by side.
///
/// Each picture is read once. A crop that is there already, made of the same picture in the same way, is
/// not made again; files are written aside and renamed, so that a run can be killed at any time. Beside
/// the crops lie two tables (`CropReport`) and the journal.
package struct FaceCropper: Sendable {
    /// Folder of the pictures.
    package let root: String
    /// Folder of the crops; made if missing.
    package let output: String
    package let options: CropOptions
    package let weights: MTCNNWeights
    package var threads = ProcessInfo.processInfo.activeProcessorCount
    package var limits = PictureLimits()
    /// Leave out what cannot be read instead of refusing the folder.
    package var skipUnreadable = false
    /// Called with pictures done and in all, from any thread, one call at a time.
    package var progress: Parallel.Progress?
    /// Asked before each picture; after true the run ends with an error that says so.
    package var shouldStop: @Sendable () -> Bool = { false }

    /// - Throws: `FaceError` when the options make no sense.
    package init(
        root: String, output: String, options: CropOptions, weights: MTCNNWeights
    ) throws(FaceError) {
        try options.validate()
        self.root = root
        self.output = output
        self.options = options
        self.weights = weights
    }

    /// Crops the pictures with the given paths, relative to `root`.
    ///
    /// - Throws: `FaceError` when folders or names collide, when the run was interrupted, with the list of
    ///   all unreadable pictures unless they are to be skipped, or with what the disk refused.
    package func run(_ pictures: [String]) throws -> CropReport {
        let plan = try CropPlan(root: root, output: output, options: options, pictures: pictures)
        try makeFolder(plan.output)
        let journal = try CropJournal(folder: plan.output)
        try plan.refuseStrangers(journal.known)
        let results = try results(plan, journal)
        let done = results.compactMap { try? $0.get() }
        let unreadable = results.compactMap { result -> PictureError? in
            if case .failure(let error) = result { error } else { nil }
        }
        guard unreadable.isEmpty || (skipUnreadable && !done.isEmpty) else {
            throw refusal(unreadable, of: pictures.count)
        }
        let stale = Set(journal.known.keys).subtracting(pictures).sorted()
        let report = CropReport(
            records: done.map(\.record), unreadable: unreadable,
            reused: done.count(where: \.reused), stale: stale)
        try report.writeTables(to: plan.output)
        return report
    }

    typealias Done = (record: CropRecord, reused: Bool)

    /// Works through all pictures; an error other than an unreadable picture ends the run.
    private func results(
        _ plan: CropPlan, _ journal: CropJournal
    ) throws -> [Result<Done, PictureError>] {
        let workers = Parallel(threads: threads, progress: progress, shouldStop: shouldStop)
        let worker = CropWorker(
            plan: plan, journal: journal, settings: try fingerprint(), limits: limits,
            choice: try FaceChoice.named(options.choice))
        let finished = try workers.map(
            plan.pictures.count,
            tools: { _ in (FaceDetector(weights, checked: options.detection), Resizer()) }
        ) { index, tools -> Result<Done, PictureError> in
            do {
                return .success(try worker.crop(plan.pictures[index], tools.0, tools.1))
            } catch let error as PictureError {
                return .failure(error)
            }
        }.compactMap { $0 }
        guard finished.count == plan.pictures.count else {
            throw FaceError(
                "interrupted: \(finished.count) of \(plan.pictures.count) pictures are done and "
                    + "safe. Run the same again to go on")
        }
        return finished
    }

    /// SHA-256 over all that changes a crop besides the picture.
    private func fingerprint() throws -> String {
        struct Settings: Encodable {
            let method = "mtcnn-1"
            let options: CropOptions
            let weights: String
        }
        let settings = Settings(options: options, weights: weights.fingerprint)
        return ContentHash.sha256(try CanonicalJSON.escapedLine.encode(settings))
    }

    private func makeFolder(_ url: URL) throws(FaceError) {
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw FaceError("\(output): cannot be made: \(error.localizedDescription)")
        }
    }

    private func refusal(_ unreadable: [PictureError], of total: Int) -> FaceError {
        let list = unreadable.map { "  \($0)" }.joined(separator: "\n")
        return FaceError(
            "\(root): \(unreadable.count) of \(total) pictures cannot be read:\n\(list)\n"
                + "Mend or remove them, or leave them out with `skipUnreadable`; crops already "
                + "made are kept.")
    }
}
