import Core
import Formats
import Foundation

/// The near copies among the pictures of a picture file, kept beside it: of a million pictures they
/// take minutes to find.
///
/// A line with the format, one with the SHA-256 of the pictures' table, one with that of the rest: 16
/// bytes a pair (first, second, correlation, whether mirrored), little-endian.
struct CopiesFile: Sendable {
    let path: String
    /// SHA-256 of the pictures' table: what the copies are found from.
    let table: String

    private static let format = "winnow copies 1\n"
    private static let headBytes = format.utf8.count + 2 * 65

    /// The pairs; nil where there is no file, or one that is not whole or of other pictures.
    func read() -> [PicturePair]? {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)),
            data.count >= Self.headBytes,
            data.prefix(Self.headBytes) == head(data.dropFirst(Self.headBytes))
        else { return nil }
        return data.withUnsafeBytes { bytes in
            stride(from: Self.headBytes, to: bytes.count - 15, by: 16).map { start in
                func number(_ field: Int) -> UInt32 {
                    let offset = start + 4 * field
                    return UInt32(
                        littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
                }
                return PicturePair(
                    first: Int(number(0)), second: Int(number(1)),
                    correlation: Float(bitPattern: number(2)), mirrored: number(3) == 1)
            }
        }
    }

    /// Writes the pairs, aside first.
    /// - Throws: `DatasetError` naming the file.
    func write(_ pairs: [PicturePair]) throws(DatasetError) {
        var body = Data(capacity: pairs.count * 16)
        for pair in pairs {
            let fields = [
                UInt32(pair.first), UInt32(pair.second), pair.correlation.bitPattern,
                pair.mirrored ? 1 : 0,
            ]
            for field in fields {
                withUnsafeBytes(of: field.littleEndian) { body.append(contentsOf: $0) }
            }
        }
        do {
            try AtomicFile.write(head(body) + body, to: URL(fileURLWithPath: path))
        } catch {
            throw DatasetError("\(error)")
        }
    }

    private func head(_ body: Data) -> Data {
        Data("\(Self.format)\(table)\n\(ContentHash.sha256(body))\n".utf8)
    }
}

extension PictureStore {
    /// Which pictures are copies of which; of pictures in a file found once, then kept beside it.
    ///
    /// - Throws: `DatasetError` for a store without prints, or where the file cannot be written.
    package func copies(threads: Int) throws(DatasetError) -> Copies {
        if let pairs = copiesFile?.read() { return Copies(facts: facts, near: pairs) }
        guard prints.count == count else {
            throw DatasetError("copies: the pictures were read without prints")
        }
        let found = Copies(facts: facts, prints: prints, threads: threads)
        try copiesFile?.write(found.near)
        return found
    }
}
