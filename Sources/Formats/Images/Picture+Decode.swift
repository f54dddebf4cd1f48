import Foundation

/// The kinds of picture file that are read, told apart by their first bytes (never by name).
package enum PictureFormat: String, Sendable, CaseIterable {
    case jpeg
    case png
    case webp

    /// The format that the first bytes announce, or nil.
    package static func detect(_ bytes: UnsafeRawBufferPointer) -> PictureFormat? {
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
        if bytes.starts(with: PNGChunks.signature) { return .png }
        if WebPChunks.isWebP(bytes) { return .webp }
        return nil
    }
}

/// What a decoder refuses before it allocates anything.
package struct PictureLimits: Sendable, Equatable {
    /// The most pixels (width times height) a picture may announce.
    package var pixels: Int
    /// The longest side a picture may announce.
    package var side: Int
    /// The largest file that is read into memory, in bytes.
    package var fileBytes: Int

    package init(
        pixels: Int = 100_000_000, side: Int = 65_535, fileBytes: Int = 512 << 20
    ) {
        self.pixels = pixels
        self.side = side
        self.fileBytes = fileBytes
    }

    /// Throws unless a picture of this size may be allocated.
    func check(width: Int, height: Int, file: String) throws(PictureError) {
        guard width > 0, height > 0 else {
            throw PictureError(file: file, reason: "announces \(width) x \(height) pixels")
        }
        let (count, overflow) = width.multipliedReportingOverflow(by: height)
        guard !overflow, count <= pixels, max(width, height) <= side else {
            throw PictureError(
                file: file,
                reason: "announces \(width) x \(height) pixels; at most \(pixels) in all and "
                    + "\(side) a side are accepted. Scale it down first")
        }
    }
}

extension Picture {
    /// Reads a JPEG, PNG or WebP file as upright RGB.
    ///
    /// As PIL's `ImageOps.exif_transpose(Image.open(path)).convert("RGB")`: grey is replicated, a
    /// palette looked up, transparency dropped (the colour under it stays), 16 bits cut to 8, CMYK
    /// taken as Adobe's inverted kind, the EXIF orientation applied, embedded gamma and colour
    /// profiles ignored.
    /// - Throws: `PictureError` naming the file: missing, not a picture, too large, truncated,
    ///   corrupt.
    package init(contentsOf path: String, limits: PictureLimits = PictureLimits())
        throws(PictureError)
    {
        try self.init(
            data: Self.readFile(path, limits: limits), named: path, limits: limits)
    }

    /// Decodes JPEG, PNG or WebP bytes as upright RGB; `name` is what errors call the picture.
    package init(data: Data, named name: String, limits: PictureLimits = PictureLimits())
        throws(PictureError)
    {
        self = try Self.examined(data, named: name, limits: limits).picture
    }

    /// A decoded picture, and what is doubtful about its data.
    package typealias Examined = (picture: Picture, doubt: String?)

    /// Decodes as `init(data:)` does.
    ///
    /// - Returns: also what is doubtful about data that decode all the same: bytes of a JPEG that belong to no
    ///   pixel, as where a part in the middle was overwritten. nil for sound data.
    package static func examined(
        _ data: Data, named name: String, limits: PictureLimits = PictureLimits()
    ) throws(PictureError) -> Examined {
        let result = data.withUnsafeBytes { bytes in
            Result { () throws(PictureError) in
                try Self.decode(bytes, named: name, limits: limits)
            }
        }
        return try result.get()
    }

    private static func decode(
        _ bytes: UnsafeRawBufferPointer, named name: String, limits: PictureLimits
    ) throws(PictureError) -> Examined {
        switch PictureFormat.detect(bytes) {
        case .jpeg: return try JPEGDecoder.decode(bytes, named: name, limits: limits)
        case .png: return (try PNGDecoder.decode(bytes, named: name, limits: limits), nil)
        case .webp: return (try WebPDecoder.decode(bytes, named: name, limits: limits), nil)
        case nil:
            if let other = OtherPicture.detect(bytes) {
                throw PictureError(file: name, reason: other.reason(name))
            }
            throw PictureError(
                file: name, reason: "neither JPEG, PNG nor WebP: \(opening(bytes))")
        }
    }

    /// The first bytes in words, for the error about a file of another kind.
    private static func opening(_ bytes: UnsafeRawBufferPointer) -> String {
        guard !bytes.isEmpty else { return "the file is empty (0 bytes)" }
        let head = bytes.prefix(16)
        if head.allSatisfy({ $0 == 0 }) { return "it starts with zero bytes" }
        if head.allSatisfy({ (0x20..<0x7F).contains($0) || $0 == 10 || $0 == 13 }) {
            return "it starts with the text \"\(String(decoding: head.prefix(8), as: UTF8.self))\""
        }
        let hex = head.prefix(8).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
        return "it starts with the bytes \(hex.joined(separator: " "))"
    }

    /// Reads a regular file of bounded size into memory.
    package static func readFile(_ path: String, limits: PictureLimits = PictureLimits())
        throws(PictureError) -> Data
    {
        var status = stat()
        guard stat(path, &status) == 0 else {
            // A name that came in other bytes cannot be written as text, nor opened by it.
            let isGarbled = errno == ENOENT && path.contains("\u{FFFD}")
            let words = String(cString: strerror(errno))
            throw PictureError(
                file: path,
                reason: isGarbled ? "\(words): its name is not UTF-8. Rename it" : words)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw PictureError(file: path, reason: "not a regular file")
        }
        guard status.st_size <= limits.fileBytes else {
            throw PictureError(
                file: path,
                reason: "\(status.st_size) bytes; at most \(limits.fileBytes) are accepted")
        }
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw PictureError(file: path, reason: "cannot be read: \(error.localizedDescription)")
        }
    }
}
