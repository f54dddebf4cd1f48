/// A bounded walk over a JPEG file's segments (ITU-T T.81, annex B): what TurboJPEG does not tell.
enum JPEGSegments {
    /// The EXIF orientation, 1...8; 1 (upright) where there is none or it makes no sense.
    static func orientation(_ bytes: UnsafeRawBufferPointer) -> Int {
        var found = 1
        walk(bytes) { marker, body in
            guard marker == 0xE1, body.starts(with: Array("Exif\0\0".utf8)) else { return true }
            found = EXIF.orientation(UnsafeRawBufferPointer(rebasing: body.dropFirst(6)))
            return false
        }
        return found
    }

    /// Whether the end-of-image marker is reached.
    static func reachesEnd(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var ended = false
        walk(bytes, throughScans: true) { marker, _ in
            ended = marker == 0xD9
            return !ended
        }
        return ended
    }

    /// Calls `visit` with each marker and its body until it returns false or the data ends.
    private static func walk(
        _ bytes: UnsafeRawBufferPointer, throughScans: Bool = false,
        visit: (UInt8, Slice<UnsafeRawBufferPointer>) -> Bool
    ) {
        var at = 2
        while let marker = nextMarker(bytes, &at) {
            if marker == 0xD9 {
                _ = visit(marker, bytes[at..<at])
                return
            }
            if marker == 0x01 || (0xD0...0xD8).contains(marker) { continue }
            guard bytes.count - at >= 2 else { return }
            let length = Int(bytes[at]) << 8 | Int(bytes[at + 1])
            guard length >= 2, length <= bytes.count - at else { return }
            guard visit(marker, bytes[at + 2..<at + length]) else { return }
            at += length
            if marker == 0xDA, !throughScans { return }
        }
    }

    /// Moves past the next marker; coded data, stuffed zeros and fill bytes on the way are skipped.
    private static func nextMarker(_ bytes: UnsafeRawBufferPointer, _ at: inout Int) -> UInt8? {
        while at < bytes.count - 1 {
            let next = bytes[at + 1]
            if bytes[at] == 0xFF, next != 0, next != 0xFF {
                at += 2
                return next
            }
            at += 1
        }
        return nil
    }
}
