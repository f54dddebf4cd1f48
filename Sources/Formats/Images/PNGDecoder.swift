import CImageCodecs
import Foundation

/// PNG through libpng's simplified interface: every bit depth and colour type, interlaced or not.
enum PNGDecoder {
    /// Decodes to upright RGB; transparency is dropped as PIL's `convert("RGB")` drops it.
    static func decode(
        _ bytes: UnsafeRawBufferPointer, named name: String, limits: PictureLimits
    ) throws(PictureError) -> Picture {
        let (data, orientation) = try PNGChunks.essential(bytes, named: name)
        let picture = data.withUnsafeBytes { bytes in
            Result { () throws(PictureError) in
                try decode(essential: bytes, named: name, limits: limits)
            }
        }
        return try picture.get().upright(orientation)
    }

    private static func decode(
        essential bytes: UnsafeRawBufferPointer, named name: String, limits: PictureLimits
    ) throws(PictureError) -> Picture {
        // libpng keeps the address of this struct, so it lives on the heap.
        let image = UnsafeMutablePointer<png_image>.allocate(capacity: 1)
        image.initialize(to: png_image())
        image.pointee.version = UInt32(PNG_IMAGE_VERSION)
        defer {
            png_image_free(image)
            image.deallocate()
        }
        guard png_image_begin_read_from_memory(image, bytes.baseAddress, bytes.count) != 0 else {
            throw PictureError(file: name, reason: "unreadable PNG header: \(message(image))")
        }
        let width = Int(image.pointee.width)
        let height = Int(image.pointee.height)
        try limits.check(width: width, height: height, file: name)
        let alpha = image.pointee.format & UInt32(PNG_FORMAT_FLAG_ALPHA) != 0
        let pixels = try read(image, channels: alpha ? 4 : 3, named: name)
        return Picture(
            width: width, height: height, channels: 3,
            pixels: alpha ? withoutAlpha(pixels) : pixels)
    }

    private static func read(
        _ image: UnsafeMutablePointer<png_image>, channels: Int, named name: String
    ) throws(PictureError) -> [UInt8] {
        let alpha = channels == 4 ? PNG_FORMAT_FLAG_ALPHA : 0
        image.pointee.format = UInt32(PNG_FORMAT_FLAG_COLOR) | UInt32(alpha)
        image.pointee.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
        let count = Int(image.pointee.width) * Int(image.pointee.height) * channels
        var status: Int32 = 0
        let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            status = png_image_finish_read(image, nil, buffer.baseAddress, 0, nil)
            filled = count
        }
        guard status != 0 else {
            throw PictureError(file: name, reason: "corrupt PNG data: \(message(image))")
        }
        return pixels
    }

    private static func withoutAlpha(_ rgba: [UInt8]) -> [UInt8] {
        let count = rgba.count / 4
        return [UInt8](unsafeUninitializedCapacity: count * 3) { out, filled in
            rgba.withUnsafeBufferPointer { rgba in
                for i in 0..<count {
                    for c in 0..<3 { out[3 * i + c] = rgba[4 * i + c] }
                }
            }
            filled = count * 3
        }
    }

    private static func message(_ image: UnsafeMutablePointer<png_image>) -> String {
        withUnsafeBytes(of: &image.pointee.message) { text in
            String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
