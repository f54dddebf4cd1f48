import Formats
import Foundation

extension PictureStore {
    typealias Outcome = Result<(facts: PictureFacts, extra: PicturePrint?), PictureError>

    /// The bytes that `count` prepared pictures take, refused where memory cannot hold them.
    static func bytes(
        _ count: Int, _ preprocessing: Preprocessing
    ) throws(DatasetError) -> Int {
        let memory = ProcessInfo.processInfo.physicalMemory
        let (size, overflow) = count.multipliedReportingOverflow(by: preprocessing.byteCount)
        guard !overflow, UInt64(size) < memory else {
            let needed = Double(count) * Double(preprocessing.byteCount)
            throw DatasetError(
                "\(count) pictures at \(preprocessing.width) x \(preprocessing.height) need "
                    + "\(gigabytes(needed)) GB of memory; this machine has "
                    + "\(gigabytes(Double(memory))). Choose a smaller size or fewer pictures")
        }
        return size
    }

    private static func gigabytes(_ bytes: Double) -> String { String(format: "%.1f", bytes / 1e9) }

    /// Moves the readable pictures together; returns the bytes they fill.
    static func closeGaps(
        _ base: UnsafeMutablePointer<UInt8>, _ outcomes: [Outcome], _ each: Int
    ) -> Int {
        var kept = 0
        for (index, outcome) in outcomes.enumerated() {
            guard case .success = outcome else { continue }
            if kept != index {
                (base + kept * each).update(from: base + index * each, count: each)
            }
            kept += 1
        }
        return kept * each
    }

    static func unreadable(
        _ files: [LabelledFile], _ outcomes: [Outcome], root: String
    ) -> [UnreadablePicture] {
        zip(files, outcomes).compactMap { file, outcome in
            guard case .failure(let error) = outcome else { return nil }
            return UnreadablePicture(file: file.file, reason: error.reason)
        }
    }

    /// One error that lists every unreadable picture.
    static func refusal(
        _ unreadable: [UnreadablePicture], of total: Int, root: String, advice: String
    ) -> DatasetError {
        let list = unreadable.map { "  \($0.file): \($0.reason)" }.joined(separator: "\n")
        return DatasetError(
            "\(root): \(unreadable.count) of \(total) pictures cannot be read:\n\(list)\n"
                + advice)
    }
}
