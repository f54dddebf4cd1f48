import Foundation

/// Writes a zip file of stored entries, each with its bytes at a multiple of 64 as `torch.save`
/// does.
///
/// The bytes depend on nothing but the entries: no dates, no host. Up to 4 GiB in all (no zip64).
package struct ZipWriter {
    private let sink: FileSink
    private let file: String
    private var directory: [UInt8] = []
    private var count = 0
    private static let alignment = 64

    package init(_ sink: FileSink, file: String) {
        self.sink = sink
        self.file = file
    }

    /// Appends one entry.
    package mutating func add(_ name: String, _ data: Data) throws {
        let (headerOffset, crc) = (sink.position, data.withUnsafeBytes { Deflate.crc32($0) })
        guard let size = UInt32(exactly: data.count), let offset = UInt32(exactly: headerOffset),
            size != .max, offset <= UInt32.max - size,
            let nameSize = UInt16(exactly: name.utf8.count)
        else { throw tooLarge }
        // Fields shared by the local header and the directory: version 2.0, UTF-8 names, stored,
        // 1 January 1980, sizes.
        var common = littleEndian([20, 0x800, 0, 0, 0x21] as [UInt16])
        common += littleEndian([crc, size, size])
        common += littleEndian([nameSize])
        let dataOffset = headerOffset + 30 + name.utf8.count + 4
        let padding = (Self.alignment - dataOffset % Self.alignment) % Self.alignment
        try sink.write(littleEndian([0x0403_4B50 as UInt32]) + common)
        try sink.write(littleEndian([UInt16(padding + 4)]))
        try sink.write(name)
        try sink.write([0x46, 0x42] + littleEndian([UInt16(padding)]))
        try sink.write([UInt8](repeating: 0x5A, count: padding))
        try sink.write(data)
        directory += littleEndian([0x0201_4B50 as UInt32]) + littleEndian([20 as UInt16]) + common
        directory += [UInt8](repeating: 0, count: 12) + littleEndian([offset]) + Array(name.utf8)
        count += 1
    }

    /// Writes the directory; the archive is complete after it.
    package mutating func finish() throws {
        guard let entries = UInt16(exactly: count), entries != .max,
            let offset = UInt32(exactly: sink.position), offset != .max,
            let size = UInt32(exactly: directory.count), size != .max
        else { throw tooLarge }
        try sink.write(directory)
        var end = littleEndian([0x0605_4B50 as UInt32]) + littleEndian([0, 0, entries, entries])
        end += littleEndian([size, offset]) + [0, 0]
        try sink.write(end)
    }

    private var tooLarge: FormatError {
        FormatError(
            file: file, found: "would take over 4 GiB or 65,534 entries",
            expected: "less for a zip file", advice: "Write .safetensors instead.")
    }
}

/// The bytes of `values`, each little-endian.
func littleEndian<T: FixedWidthInteger>(_ values: [T]) -> [UInt8] {
    values.flatMap { value in withUnsafeBytes(of: value.littleEndian) { [UInt8]($0) } }
}
