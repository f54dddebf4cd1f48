import CImageCodecs
import Foundation

extension Picture {
    /// Writes a PNG file (grey or RGB, 8 bits), aside first and then renamed into place.
    /// - Throws: `PictureError` naming the file.
    package func writePNG(to path: String) throws(PictureError) {
        try Self.write(encodedPNG(named: path), to: path)
    }

    /// Writes a JPEG file without chroma subsampling, aside first and then renamed into place.
    /// - Parameter quality: libjpeg's scale, 1...100.
    /// - Throws: `PictureError` naming the file.
    package func writeJPEG(to path: String, quality: Int = 95) throws(PictureError) {
        try Self.write(encodedJPEG(quality: quality, named: path), to: path)
    }

    /// The picture as PNG bytes.
    package func encodedPNG(named name: String = "picture") throws(PictureError) -> Data {
        guard let width = UInt32(exactly: width), let height = UInt32(exactly: height) else {
            throw PictureError(file: name, reason: "\(width) x \(height) is too large for PNG")
        }
        let image = UnsafeMutablePointer<png_image>.allocate(capacity: 1)
        image.initialize(to: png_image())
        defer {
            png_image_free(image)
            image.deallocate()
        }
        image.pointee.version = UInt32(PNG_IMAGE_VERSION)
        image.pointee.width = width
        image.pointee.height = height
        image.pointee.format = channels == 3 ? UInt32(PNG_FORMAT_FLAG_COLOR) : 0
        // The worst case of libpng's own bound: filter bytes, deflate's stored blocks, headers.
        var size = pixels.count + pixels.count / 1000 + self.height + 4096
        var data = Data(count: size)
        let status = data.withUnsafeMutableBytes { buffer in
            png_image_write_to_memory(image, buffer.baseAddress, &size, 0, pixels, 0, nil)
        }
        guard status != 0, size <= data.count else {
            throw PictureError(file: name, reason: "libpng could not encode \(width) x \(height)")
        }
        return data.prefix(size)
    }

    /// The picture as JPEG bytes.
    package func encodedJPEG(
        quality: Int = 95, named name: String = "picture"
    ) throws(PictureError) -> Data {
        guard let width = Int32(exactly: width), let height = Int32(exactly: height),
            (1...100).contains(quality), let handle = tjInitCompress()
        else {
            throw PictureError(
                file: name, reason: "cannot encode \(width) x \(height) at quality \(quality)")
        }
        defer { tjDestroy(handle) }
        var bytes: UnsafeMutablePointer<UInt8>?
        var size: UInt = 0
        let grey = channels == 1
        let status = tjCompress2(
            handle, pixels, width, 0, height, (grey ? TJPF_GRAY : TJPF_RGB).rawValue, &bytes, &size,
            Int32((grey ? TJSAMP_GRAY : TJSAMP_444).rawValue), Int32(quality), TJFLAG_ACCURATEDCT)
        defer { tjFree(bytes) }
        guard status == 0, let bytes else {
            let reason = tjGetErrorStr2(handle).map { String(cString: $0) } ?? "TurboJPEG failed"
            throw PictureError(file: name, reason: reason)
        }
        return Data(bytes: bytes, count: Int(size))
    }

    private static func write(_ data: Data, to path: String) throws(PictureError) {
        let url = URL(fileURLWithPath: path)
        do {
            try AtomicFile.write(data, to: url)
        } catch {
            let folder = url.deletingLastPathComponent().path
            let reason =
                FileManager.default.fileExists(atPath: folder)
                ? (error as? FormatError).map { "\($0.found). \($0.advice)" }
                    ?? error.localizedDescription
                : "cannot be written: there is no folder \(folder). Make it first"
            throw PictureError(file: path, reason: reason)
        }
    }
}
