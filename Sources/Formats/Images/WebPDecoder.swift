import CImageCodecs

/// WebP through libwebp: lossy and lossless, one picture to a file.
enum WebPDecoder {
    /// Decodes to upright RGB; transparency is dropped as PIL's `convert("RGB")` drops it.
    static func decode(
        _ bytes: UnsafeRawBufferPointer, named name: String, limits: PictureLimits
    ) throws(PictureError) -> Picture {
        guard let base = bytes.bindMemory(to: UInt8.self).baseAddress else {
            throw PictureError(file: name, reason: "the file is empty (0 bytes)")
        }
        var features = WebPBitstreamFeatures()
        let status = WebPGetFeatures(base, bytes.count, &features)
        guard status == VP8_STATUS_OK else {
            throw PictureError(file: name, reason: damage(bytes, "unreadable WebP header"))
        }
        guard features.has_animation == 0 else {
            throw PictureError(
                file: name, reason: "is an animated WebP: give one picture of it, as PNG")
        }
        let (width, height) = (Int(features.width), Int(features.height))
        try limits.check(width: width, height: height, file: name)
        var isWhole = false
        let count = width * height * 3
        let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            isWhole =
                WebPDecodeRGBInto(
                    base, bytes.count, buffer.baseAddress, count, Int32(width * 3)) != nil
            if !isWhole { buffer.initialize(repeating: 0) }
            filled = count
        }
        guard isWhole else {
            throw PictureError(file: name, reason: damage(bytes, "corrupt WebP data"))
        }
        return Picture(width: width, height: height, channels: 3, pixels: pixels)
            .upright(WebPChunks.orientation(bytes))
    }

    /// Whether a file is cut off or damaged otherwise.
    private static func damage(_ bytes: UnsafeRawBufferPointer, _ words: String) -> String {
        WebPChunks.announced(bytes) > bytes.count
            ? "the WebP data ends early, after \(bytes.count) bytes: the file was cut off. Fetch "
                + "it again" : words
    }
}
