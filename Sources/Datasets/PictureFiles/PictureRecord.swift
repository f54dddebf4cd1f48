import Core
import Formats
import Foundation

/// What a picture file keeps of each listed file, besides pixels: 1088 bytes, little-endian.
///
/// | bytes | |
/// |---|---|
/// | 0..<32 | SHA-256 of the file |
/// | 32, 36 | width and height before resizing |
/// | 40 | 1 for a picture, 2 for a file that cannot be read |
/// | 44 | mean grey (float) |
/// | 48, 56 | hash and mirrored hash of the print |
/// | 64..<1088 | thumbnail, 256 floats; or, as UTF-8 ended by zeros, why it cannot be read |
enum PictureRecord {
    typealias Read = (facts: PictureFacts, extra: PicturePrint)

    static let bytes = 1088
    private static let (readable, unreadable): (UInt32, UInt32) = (1, 2)

    /// The record of an outcome.
    static func encoded(_ outcome: Result<Read, PictureError>) -> [UInt8] {
        switch outcome {
        case .failure(let error):
            let reason = Array(error.reason.utf8.prefix(bytes - 64))
            return [UInt8](repeating: 0, count: 40) + little(unreadable)
                + [UInt8](repeating: 0, count: 20) + reason
                + [UInt8](repeating: 0, count: bytes - 64 - reason.count)
        case .success(let (facts, print)):
            return ContentHash.bytes(facts.sha256)
                + little(UInt32(facts.width)) + little(UInt32(facts.height))
                + little(readable) + little(print.mean.bitPattern)
                + little(print.hash) + little(print.mirrored)
                + print.thumbnail.flatMap { little($0.bitPattern) }
        }
    }

    /// Reads the record of a file.
    ///
    /// - Parameters:
    ///   - prints: whether the print is wanted.
    ///   - path: the file, for its error.
    /// - Returns: nil where the bytes are no record.
    static func outcome(
        _ record: UnsafeRawBufferPointer, prints: Bool, path: String
    ) -> PictureStore.Outcome? {
        switch number(record, 40) as UInt32 {
        case readable:
            let facts = PictureFacts(
                sha256: ContentHash.hex(record[..<32]), width: Int(number(record, 32) as UInt32),
                height: Int(number(record, 36) as UInt32))
            return .success((facts, prints ? PicturePrint(record) : nil))
        case unreadable:
            let reason = String(decoding: record[64..<bytes].prefix { $0 != 0 }, as: UTF8.self)
            return .failure(PictureError(file: path, reason: reason))
        default: return nil
        }
    }

    fileprivate static func number<N: FixedWidthInteger>(
        _ record: UnsafeRawBufferPointer, _ offset: Int
    ) -> N {
        N(littleEndian: record.loadUnaligned(fromByteOffset: offset, as: N.self))
    }

    private static func little(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
}

extension PicturePrint {
    /// Reads the print of a record.
    fileprivate init(_ record: UnsafeRawBufferPointer) {
        hash = PictureRecord.number(record, 48)
        mirrored = PictureRecord.number(record, 56)
        mean = Float(bitPattern: PictureRecord.number(record, 44))
        thumbnail = (0..<256).map { Float(bitPattern: PictureRecord.number(record, 64 + 4 * $0)) }
    }
}
