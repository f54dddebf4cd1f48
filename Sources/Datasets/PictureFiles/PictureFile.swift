import Core
import Formats
import Foundation

/// A finished picture file, checked and mapped.
struct PictureFile {
    let path: String
    let head: PictureFileHead
    private let mapped: MappedFile

    /// Opens a file; nil where there is none.
    ///
    /// - Returns: what is wrong with it where it is not whole: its head, its length, the SHA-256 of
    ///   its table. The pictures themselves are not read.
    /// - Throws: `DatasetError` where the system refuses.
    static func open(
        _ path: String
    ) throws(DatasetError) -> Result<PictureFile, PictureFileDamage>? {
        guard let handle = try PictureFileHandle.reading(path) else { return nil }
        let start = try handle.read(PictureFileHead.bytes, at: 0)
        let count = try handle.count()
        let head: PictureFileHead
        do { head = try PictureFileHead(start) } catch { return .failure(error) }
        guard head.done == head.count, let table = head.table else {
            return .failure(PictureFileDamage("is not finished"))
        }
        guard count == head.fileBytes else {
            return .failure(PictureFileDamage("has \(count) bytes, not \(head.fileBytes)"))
        }
        let file = PictureFile(path: path, head: head, mapped: try MappedFile(handle))
        guard Self.hash(file.table) == table else {
            return .failure(PictureFileDamage("has a damaged table"))
        }
        return .success(file)
    }

    /// The readable pictures, one after the other.
    var pixels: PicturePixels { PicturePixels(mapped, PictureFileHead.bytes..<head.pixelsEnd) }

    /// Where the copies among its pictures are kept.
    var copiesFile: CopiesFile? {
        head.table.map { CopiesFile(path: Self.copies(path), table: $0) }
    }

    /// The name of the file of copies beside a picture file.
    static func copies(_ path: String) -> String { path + ".copies" }

    /// SHA-256 over those of a table's blocks of 16 MB, which are hashed side by side.
    static func hash(_ table: UnsafeRawBufferPointer) -> String {
        let starts = Array(stride(from: 0, to: table.count, by: 1 << 24))
        nonisolated(unsafe) let table = table
        let hashes = Parallel().map(starts.count) { block in
            let end = min(table.count, starts[block] + 1 << 24)
            return ContentHash.digest(
                UnsafeRawBufferPointer(rebasing: table[starts[block]..<end]))
        }
        return ContentHash.sha256(hashes.flatMap { $0 })
    }

    private var table: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: mapped.bytes[head.tableStart...])
    }

    /// What is known of each listed file.
    ///
    /// - Parameter prints: whether the prints are wanted: 1 kB a picture.
    /// - Throws: `DatasetError` for a table that its own program did not write.
    func outcomes(
        _ files: [LabelledFile], root: String, prints: Bool
    ) throws(DatasetError) -> [PictureStore.Outcome] {
        let table = table
        let outcomes = files.indices.compactMap { index in
            let start = index * PictureRecord.bytes
            return PictureRecord.outcome(
                UnsafeRawBufferPointer(rebasing: table[start..<start + PictureRecord.bytes]),
                prints: prints, path: FolderListing.join(root, files[index].file))
        }
        let kept = outcomes.count { if case .success = $0 { true } else { false } }
        guard outcomes.count == head.count, kept == head.kept else {
            throw DatasetError("\(path): its table contradicts its head. Remove it")
        }
        return outcomes
    }
}
