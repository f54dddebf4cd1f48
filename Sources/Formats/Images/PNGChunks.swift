import Foundation

/// A bounded walk over a PNG file's chunks (W3C PNG, section 5).
enum PNGChunks {
    /// The eight bytes every PNG file starts with.
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// The chunks that make the pixels; everything else (gamma, profiles, text) is left out.
    private static let kept = Set(["IHDR", "PLTE", "tRNS", "IDAT", "IEND"])

    /// The file with only the chunks that make the pixels, and its EXIF orientation.
    ///
    /// PIL ignores embedded gamma; libpng's simplified interface would apply it.
    /// - Throws: `PictureError` where a chunk passes the end of the data or `IEND` is missing.
    static func essential(
        _ bytes: UnsafeRawBufferPointer, named name: String
    ) throws(PictureError) -> (data: Data, orientation: Int) {
        var data = Data(capacity: bytes.count)
        data.append(contentsOf: signature)
        var orientation = 1
        var at = signature.count
        while bytes.count - at >= 12 {
            let length = bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
            guard length <= bytes.count - at - 12 else { break }
            let type = String(decoding: bytes[at + 4..<at + 8], as: UTF8.self)
            let chunk = UnsafeRawBufferPointer(rebasing: bytes[at..<at + 12 + length])
            if kept.contains(type) { data.append(contentsOf: chunk) }
            if type == "eXIf" {
                orientation = EXIF.orientation(
                    UnsafeRawBufferPointer(rebasing: chunk[8..<8 + length]))
            }
            at += 12 + length
            if type == "IEND" { return (data, orientation) }
        }
        throw PictureError(
            file: name,
            reason: "the PNG data ends early, after \(bytes.count) bytes: "
                + "the file was cut off. Fetch it again")
    }
}
