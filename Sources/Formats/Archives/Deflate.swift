import CZlib
import Foundation

/// zlib's inflate and deflate (raw deflate data, RFC 1951) and CRC-32.
package enum Deflate {
    /// Deflate cannot shrink anything more than about 1032 to 1.
    static let largestRatio = 1_032

    /// Inflates `source`, which must give exactly `size` bytes and end there.
    ///
    /// - Returns: nil when it gives fewer or more, or is not deflate data.
    static func inflate(_ source: Data, size: Int) -> [UInt8]? {
        guard source.count < Int(UInt32.max), size < Int(UInt32.max),
            size <= source.count * largestRatio + 64
        else { return nil }
        var stream = z_stream()
        guard inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, streamSize) == Z_OK else {
            return nil
        }
        defer { inflateEnd(&stream) }
        // One spare byte: a stream that goes on past `size` then shows.
        var output = [UInt8](repeating: 0, count: size + 1)
        let status = source.withUnsafeBytes { input in
            output.withUnsafeMutableBufferPointer { target in
                stream.next_in = UnsafeMutablePointer(
                    mutating: input.bindMemory(to: UInt8.self).baseAddress)
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(size + 1)
                return CZlib.inflate(&stream, Z_FINISH)
            }
        }
        guard status == Z_STREAM_END, stream.avail_in == 0, Int(stream.total_out) == size else {
            return nil
        }
        output.removeLast()
        return output
    }

    /// How many bytes `source` deflates to at zlib's usual level; none of them is kept.
    package static func deflatedSize(_ source: Data) -> Int {
        var stream = z_stream()
        guard
            deflateInit2_(
                &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY,
                ZLIB_VERSION, streamSize) == Z_OK
        else { return source.count }
        defer { deflateEnd(&stream) }
        var (size, place) = (0, source.startIndex)
        var target = [UInt8](repeating: 0, count: 1 << 20)
        repeat {
            let end = min(source.endIndex, place + (1 << 20))
            let flush = end == source.endIndex ? Z_FINISH : Z_NO_FLUSH
            source[place..<end].withUnsafeBytes { input in
                stream.next_in = UnsafeMutablePointer(
                    mutating: input.bindMemory(to: UInt8.self).baseAddress)
                stream.avail_in = UInt32(input.count)
                repeat {
                    target.withUnsafeMutableBufferPointer { output in
                        stream.next_out = output.baseAddress
                        stream.avail_out = UInt32(output.count)
                        _ = CZlib.deflate(&stream, flush)
                        size += output.count - Int(stream.avail_out)
                    }
                } while stream.avail_out == 0
            }
            place = end
        } while place < source.endIndex
        return size
    }

    /// CRC-32 (ISO 3309), as zip keeps it.
    static func crc32(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        UInt32(
            truncatingIfNeeded: crc32_z(
                0, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count))
    }

    private static var streamSize: Int32 { Int32(MemoryLayout<z_stream>.size) }
}
