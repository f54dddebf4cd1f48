/// A bounded walk over the chunks of a WebP file (a RIFF file; RFC 9649).
enum WebPChunks {
    /// Whether the first bytes are those of a WebP file.
    static func isWebP(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count >= 12 && bytes.starts(with: Array("RIFF".utf8))
            && bytes[8..<12].elementsEqual("WEBP".utf8)
    }

    /// Bytes of the whole file, as it says itself.
    static func announced(_ bytes: UnsafeRawBufferPointer) -> Int { number(bytes, 4) + 8 }

    /// The EXIF orientation, 1...8; 1 (upright) where there is none or it makes no sense.
    static func orientation(_ bytes: UnsafeRawBufferPointer) -> Int {
        var at = 12
        while bytes.count - at >= 8 {
            let length = number(bytes, at + 4)
            guard length <= bytes.count - at - 8 else { break }
            if bytes[at..<at + 4].elementsEqual("EXIF".utf8) {
                let body = UnsafeRawBufferPointer(rebasing: bytes[at + 8..<at + 8 + length])
                // Some writers keep the six bytes that a JPEG has before it.
                let skipped = body.starts(with: Array("Exif\0\0".utf8)) ? 6 : 0
                return EXIF.orientation(UnsafeRawBufferPointer(rebasing: body.dropFirst(skipped)))
            }
            at += 8 + length + length % 2
        }
        return 1
    }

    private static func number(_ bytes: UnsafeRawBufferPointer, _ at: Int) -> Int {
        (0..<4).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
    }
}
