import CImageCodecs

/// JPEG through TurboJPEG: grey, YCbCr, RGB, CMYK and YCCK, baseline and progressive.
enum JPEGDecoder {
    /// Decodes to upright RGB with the accurate DCT and smooth chroma upsampling, as PIL does.
    static func decode(
        _ bytes: UnsafeRawBufferPointer, named name: String, limits: PictureLimits
    ) throws(PictureError) -> Picture.Examined {
        guard let base = bytes.bindMemory(to: UInt8.self).baseAddress,
            let handle = tjInitDecompress()
        else {
            throw PictureError(file: name, reason: "TurboJPEG could not start")
        }
        defer { tjDestroy(handle) }
        let header = try readHeader(handle, base, bytes.count, named: name)
        try limits.check(width: header.width, height: header.height, file: name)
        let inks = header.space == TJCS_CMYK || header.space == TJCS_YCCK
        let (pixels, doubt) = try decompress(
            handle, UnsafeRawBufferPointer(bytes), header, channels: inks ? 4 : 3, named: name)
        let picture = Picture(
            width: header.width, height: header.height, channels: 3,
            pixels: inks ? rgb(invertedInks: pixels) : pixels)
        return (picture.upright(JPEGSegments.orientation(bytes)), doubt)
    }

    private struct Header {
        let width: Int
        let height: Int
        let space: TJCS
    }

    /// Reads the size and colour space.
    ///
    /// TurboJPEG reports a failure for unusual chroma subsampling although it can decode it, so
    /// only a missing size or colour space counts as one here.
    private static func readHeader(
        _ handle: tjhandle, _ base: UnsafePointer<UInt8>, _ count: Int, named name: String
    ) throws(PictureError) -> Header {
        var width: Int32 = 0
        var height: Int32 = 0
        var subsampling: Int32 = -1
        var space: Int32 = -1
        let status = tjDecompressHeader3(
            handle, base, UInt(count), &width, &height, &subsampling, &space)
        guard width > 0, height > 0, space >= 0 else {
            let reason = status == 0 ? "it holds no picture" : message(handle)
            throw PictureError(file: name, reason: "unreadable JPEG header: \(reason)")
        }
        return Header(
            width: Int(width), height: Int(height), space: TJCS(rawValue: UInt32(space)))
    }

    /// Decodes the pixels; a warning that means lost picture data is an error, and one that may mean it a doubt.
    private static func decompress(
        _ handle: tjhandle, _ bytes: UnsafeRawBufferPointer, _ header: Header, channels: Int,
        named name: String
    ) throws(PictureError) -> (pixels: [UInt8], doubt: String?) {
        var status: Int32 = 0
        let format = channels == 4 ? TJPF_CMYK : TJPF_RGB
        let source = bytes.bindMemory(to: UInt8.self).baseAddress
        let count = header.width * header.height * channels
        let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            status = tjDecompress2(
                handle, source, UInt(bytes.count), buffer.baseAddress, Int32(header.width), 0,
                Int32(header.height), format.rawValue, TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS)
            filled = count
        }
        if status == 0 { return (pixels, nil) }
        let fatal = tjGetErrorCode(handle) == Int32(TJERR_FATAL.rawValue)
        let message = message(handle)
        guard fatal || JPEGSegments.reachesEnd(bytes) else {
            throw PictureError(
                file: name,
                reason: "the JPEG data ends early, after \(bytes.count) bytes: "
                    + "the file was cut off. Fetch it again")
        }
        // TurboJPEG keeps only the first warning's words.
        if !fatal, harmless.contains(where: message.contains) {
            return (pixels, message.contains(harmless[0]) ? doubt(message) : nil)
        }
        throw PictureError(file: name, reason: "corrupt JPEG data: \(message)")
    }

    /// libjpeg's warnings about oddities that cost no picture data.
    private static let harmless = [
        "extraneous bytes before marker", "Inconsistent progression sequence",
        "Invalid SOS parameters", "Unknown Adobe color transform",
    ]

    /// Bytes that no pixel came of: padding, seldom; mostly a part of the data that was overwritten.
    private static func doubt(_ message: String) -> String {
        "decodes, but its data are damaged in the middle ("
            + message.replacing("Corrupt JPEG data: ", with: "") + ")"
    }

    private static func message(_ handle: tjhandle) -> String {
        tjGetErrorStr2(handle).map { String(cString: $0) } ?? "no reason given"
    }

    /// Inverted inks to RGB in place of PIL's `CMYK;I` and `cmyk2rgb`: `c' * k' / 255`, rounded.
    ///
    /// Adobe writes 255 for "no ink", and PIL takes every four-channel JPEG so.
    private static func rgb(invertedInks inks: [UInt8]) -> [UInt8] {
        let count = inks.count / 4
        return [UInt8](unsafeUninitializedCapacity: count * 3) { out, filled in
            inks.withUnsafeBufferPointer { inks in
                for i in 0..<count {
                    let key = Int(inks[4 * i + 3])
                    for c in 0..<3 {
                        out[3 * i + c] = UInt8((Int(inks[4 * i + c]) * key * 2 + 255) / 510)
                    }
                }
            }
            filled = count * 3
        }
    }
}
