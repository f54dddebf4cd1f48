import Foundation

/// A zip file opened for reading (APPNOTE.TXT 6.3.9), with nothing in it taken on trust.
///
/// Opening reads the directory only and checks that every entry lies inside the file and that no
/// two overlap; `contents` then checks the size and the CRC-32 of what it returns. Stored and
/// deflated entries, zip64; no encryption, no split archives.
package struct ZipArchive: Sendable {
    /// One file in the archive.
    package struct Entry: Sendable, Equatable {
        package let name: String
        /// Bytes after unpacking, as the directory says.
        package let size: Int
        /// Whether the bytes lie in the archive as they are.
        package var isStored: Bool { method == 0 }
        let method: Int
        let crc: UInt32
        let packedSize: Int
        let headerOffset: Int
        /// Where the entry's (packed) bytes start; set once its local header has been read.
        var dataOffset = 0
    }

    /// The archive's file, for messages.
    package let file: String
    /// In the order of the directory.
    package let entries: [Entry]
    private let data: Data
    private let index: [String: Int]

    /// Reads the directory of the zip file in `data`.
    ///
    /// - Throws: `FormatError` when it is cut off, damaged, or contradicts itself.
    package init(_ data: Data, file: String) throws {
        let directory = try ZipDirectory.locate(in: data, file: file)
        entries = try directory.entries(in: data)
        index = try Self.indexByName(entries, file: file)
        self.data = data
        self.file = file
    }

    package subscript(name: String) -> Entry? { index[name].map { entries[$0] } }

    /// The bytes of an entry; a stored one shares the archive's memory.
    ///
    /// - Parameter limit: the most bytes the caller is ready to hold.
    /// - Throws: `FormatError` when the entry is larger, of another size than it says, or damaged.
    package func contents(_ entry: Entry, limit: Int) throws -> Data {
        let shown = printable(entry.name)
        guard entry.size <= limit else {
            throw FormatError(
                file: file, found: "its entry \(shown) unpacks to \(grouped(entry.size)) bytes",
                expected: "at most \(grouped(limit))",
                advice: "It is not a file of the kind it seems to be.")
        }
        let start = data.startIndex + entry.dataOffset
        let packed = data[start..<start + entry.packedSize]
        let bytes = try entry.isStored ? packed : inflated(packed, entry)
        guard bytes.withUnsafeBytes({ Deflate.crc32($0) }) == entry.crc else {
            throw FormatError.damaged(
                file,
                "the bytes of its entry \(shown) do not have the CRC-32 that it gives for them")
        }
        return bytes
    }

    private func inflated(_ packed: Data, _ entry: Entry) throws -> Data {
        guard let bytes = Deflate.inflate(packed, size: entry.size) else {
            throw FormatError.damaged(
                file,
                "its entry \(printable(entry.name)) does not unpack to the "
                    + "\(grouped(entry.size)) bytes that it gives as its size")
        }
        return Data(bytes)
    }

    private static func indexByName(_ entries: [Entry], file: String) throws -> [String: Int] {
        var index: [String: Int] = [:]
        index.reserveCapacity(entries.count)
        for (position, entry) in entries.enumerated() {
            guard index.updateValue(position, forKey: entry.name) == nil else {
                throw FormatError.damaged(file, "holds two entries named \(printable(entry.name))")
            }
        }
        return index
    }
}
