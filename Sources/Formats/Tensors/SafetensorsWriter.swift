import Foundation

/// Writes safetensors, canonically: the same state dict gives the same bytes.
package enum SafetensorsWriter {
    /// Writes `dict` with its metadata. The header lists the tensors in the dict's order; their
    /// bytes go by element size, largest first, so that each starts at a multiple of its element
    /// size.
    ///
    /// - Parameter check: reads what was written before it counts; see `AtomicFile.write`.
    /// - Throws: `FormatError` when the disk refuses, or a tensor is named `__metadata__`.
    package static func write(
        _ dict: StateDict, to url: URL, check: (URL) throws -> Void = { _ in }
    ) throws {
        guard dict["__metadata__"] == nil else {
            throw FormatError(
                file: url.shownPath, found: "would hold a tensor named '__metadata__'",
                expected: "another name",
                advice: "Rename it: safetensors keeps this one for itself.")
        }
        let entries = dict.entries
        let order = entries.indices.sorted {
            let (left, right) = (entries[$0].tensor.dtype.size, entries[$1].tensor.dtype.size)
            return left == right ? $0 < $1 : left > right
        }
        let header = header(of: entries, order: order, metadata: dict.metadata).encoded()
        guard header.count <= SafetensorsHeader.largest else {
            throw FormatError(
                file: url.shownPath, found: "would have a header of \(grouped(header.count)) bytes",
                expected: "at most \(grouped(SafetensorsHeader.largest))",
                advice: "Shorten its metadata.")
        }
        try AtomicFile.write(to: url, check: check) { sink in
            try sink.write(littleEndian([UInt64(header.count)]) + header)
            for index in order { try sink.write(entries[index].tensor.bytes) }
        }
    }

    private static func header(
        of entries: [(name: String, tensor: HostTensor)], order: [Int], metadata: [String: String]
    ) -> SafetensorsHeader {
        var ranges = [Range<Int>](repeating: 0..<0, count: entries.count)
        var end = 0
        for index in order {
            let size = entries[index].tensor.bytes.count
            ranges[index] = end..<end + size
            end += size
        }
        let listed = zip(entries, ranges).map { entry, range in
            SafetensorsEntry(
                name: entry.name, dtype: entry.tensor.dtype, shape: entry.tensor.shape, range: range
            )
        }
        return SafetensorsHeader(entries: listed, metadata: metadata)
    }
}
