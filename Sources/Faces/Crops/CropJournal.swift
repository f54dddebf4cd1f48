import Core
import Formats
import Foundation

/// What was done in an output folder, one JSON record a line, so that work goes on where it stopped.
///
/// A line is written before its crop is renamed into place: a record without its crop only means that the
/// picture is done again. A line cut off by a kill is passed over.
final class CropJournal: @unchecked Sendable {
    /// The journal's name in the output folder.
    static let name = "faces.jsonl"
    /// The last record of each picture when the journal was opened.
    let known: [String: CropRecord]
    private let lock = NSLock()
    private let descriptor: Int32
    private let file: String

    /// Opens the journal of a folder for this process alone, or begins one.
    ///
    /// - Throws: `FaceError` when it cannot be opened or another process has it.
    init(folder: URL) throws {
        let url = folder.appending(path: Self.name)
        file = url.path
        descriptor = open(url.path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw FaceError("\(file): cannot be opened: \(String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw FaceError(
                "\(folder.path): another winnow is cropping into this folder. Wait for it, or "
                    + "choose another folder")
        }
        do {
            let data = try Data(contentsOf: url)
            known = Self.records(data)
            if let last = data.last, last != UInt8(ascii: "\n") { try append(Data("\n".utf8)) }
        } catch {
            close(descriptor)
            throw FaceError("\(file): cannot be read: \(error)")
        }
    }

    deinit {
        close(descriptor)
    }

    private static func records(_ data: Data) -> [String: CropRecord] {
        let decoder = JSONDecoder()
        var records: [String: CropRecord] = [:]
        for line in data.split(separator: UInt8(ascii: "\n")) {
            guard let record = try? decoder.decode(CropRecord.self, from: line) else { continue }
            records[record.picture] = record
        }
        return records
    }

    /// Adds a record; safe from any thread.
    ///
    /// - Throws: `FaceError` when the disk refuses.
    func append(_ record: CropRecord) throws {
        try append(CanonicalJSON.line.document(record))
    }

    private func append(_ line: Data) throws(FaceError) {
        let written = lock.withLock {
            line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        }
        guard written == line.count else {
            let reason = written < 0 ? String(cString: strerror(errno)) : "the disk is full"
            throw FaceError(
                "\(file): cannot be written: \(reason). Free some space and run the same again")
        }
    }
}
