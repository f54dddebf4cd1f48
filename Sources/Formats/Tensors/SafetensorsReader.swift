import Foundation

/// Reads safetensors: an 8-byte header length, a JSON header, then the tensors without gap or
/// overlap.
package enum SafetensorsReader {
    /// Reads a whole file; the tensors share the memory of `data`, in the order of the header.
    ///
    /// - Throws: `FormatError` naming `file` when it is cut off, or its header contradicts itself.
    package static func read(_ data: Data, file: String) throws -> StateDict {
        let (header, start) = try header(of: data, file: file)
        try requireExactCover(header, available: data.count - start, start: start, file: file)
        var dict = StateDict()
        dict.metadata = header.metadata
        let base = data.startIndex + start
        for entry in header.entries {
            let range = base + entry.range.lowerBound..<base + entry.range.upperBound
            dict[entry.name] = HostTensor(
                dtype: entry.dtype, shape: entry.shape, bytes: data[range])
        }
        return dict
    }

    /// The header and where the tensors start.
    static func header(of data: Data, file: String) throws -> (SafetensorsHeader, start: Int) {
        let prefix = try data.copy(at: 0, count: min(8, data.count), file: file, part: "header")
        var cursor = ByteCursor(prefix, file: file, part: "header length")
        let size = try cursor.u64()
        guard size <= SafetensorsHeader.largest else {
            throw FormatError.damaged(
                file, "says that its header takes \(grouped(size)) bytes",
                expected: "at most \(grouped(SafetensorsHeader.largest))",
                advice: "It is damaged, or not a safetensors file.")
        }
        guard size <= data.count - 8 else {
            throw FormatError.cutOff(file, at: data.count, part: "header length", says: size + 8)
        }
        let text = try data.copy(at: 8, count: size, file: file, part: "header")
        return (try SafetensorsHeader(parsing: text, file: file), 8 + size)
    }

    private static func requireExactCover(
        _ header: SafetensorsHeader, available: Int, start: Int, file: String
    ) throws {
        let sorted = header.entries.sorted {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        var end = 0
        for entry in sorted {
            guard entry.range.lowerBound == end else {
                let fault =
                    entry.range.lowerBound < end ? "overlaps the one before" : "leaves a gap"
                throw FormatError.damaged(
                    file,
                    "its tensor '\(printable(entry.name))' \(fault): it starts at byte "
                        + grouped(entry.range.lowerBound), expected: "byte \(grouped(end))")
            }
            end = entry.range.upperBound
        }
        let (reach, overflow) = end.addingReportingOverflow(start)
        guard !overflow, end <= available else {
            throw FormatError.cutOff(
                file, at: available + start, part: "header", says: overflow ? .max : reach)
        }
        guard end == available else {
            throw FormatError.damaged(
                file, "goes on for \(grouped(available - end)) bytes after its last tensor")
        }
    }
}
