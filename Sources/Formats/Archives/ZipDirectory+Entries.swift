import Foundation

extension ZipDirectory {
    /// Reads and checks every entry: where it lies, and that it shares no byte with another.
    func entries(in data: Data) throws -> [ZipArchive.Entry] {
        var cursor = ByteCursor(
            try data.copy(at: offset, count: size, file: file, part: "directory"), file: file,
            part: "directory")
        var entries: [ZipArchive.Entry] = []
        entries.reserveCapacity(count)
        for _ in 0..<count {
            var entry = try readEntry(&cursor)
            entry.dataOffset = try dataOffset(of: entry, in: data)
            entries.append(entry)
        }
        guard cursor.remaining == 0 else {
            throw FormatError.damaged(
                file,
                "its directory lists \(grouped(count)) entries and has "
                    + "\(grouped(cursor.remaining)) bytes left over")
        }
        try requireDisjoint(entries)
        return entries
    }

    private func readEntry(_ cursor: inout ByteCursor) throws -> ZipArchive.Entry {
        guard try cursor.u32() == 0x0201_4B50 else {
            throw FormatError.damaged(file, "its directory is not made of zip entries")
        }
        try cursor.skip(4)
        let (flags, method) = try (cursor.u16(), cursor.u16())
        try cursor.skip(4)
        let crc = try cursor.integer(UInt32.self)
        let (packedSize, size) = try (cursor.u32(), cursor.u32())
        let (nameSize, extraSize, commentSize) = try (cursor.u16(), cursor.u16(), cursor.u16())
        try cursor.skip(8)
        let headerOffset = try cursor.u32()
        let name = try cursor.text(nameSize)
        let extra = try Array(cursor.take(extraSize))
        try cursor.skip(commentSize)
        let sizes = try widened([size, packedSize, headerOffset], extra: extra)
        try requireReadable(name: name, flags: flags, method: method, sizes: sizes)
        return ZipArchive.Entry(
            name: name, size: sizes[0], method: method, crc: crc, packedSize: sizes[1],
            headerOffset: sizes[2])
    }

    /// Replaces each 32-bit field that is all ones by its value in the zip64 extra field (id 1).
    private func widened(_ sizes: [Int], extra: [UInt8]) throws -> [Int] {
        guard sizes.contains(0xFFFF_FFFF) else { return sizes }
        var fields = ByteCursor(extra, file: file, part: "zip64 entry")
        while fields.remaining >= 4 {
            let (id, length) = try (fields.u16(), fields.u16())
            let body = try Array(fields.take(length))
            guard id == 1 else { continue }
            var wide = ByteCursor(body, file: file, part: "zip64 entry")
            return try sizes.map { $0 == 0xFFFF_FFFF ? try wide.u64() : $0 }
        }
        throw FormatError.damaged(file, "has an entry whose zip64 sizes are missing")
    }

    private func requireReadable(name: String, flags: Int, method: Int, sizes: [Int]) throws {
        let shown = printable(name)
        guard flags & 0x41 == 0 else {
            throw FormatError(
                file: file, found: "its entry \(shown) is encrypted", expected: "a plain zip file",
                advice: "Take the password off first.")
        }
        guard method == 0 || method == 8 else {
            throw FormatError(
                file: file, found: "its entry \(shown) uses zip method \(method)",
                expected: "0 (stored) or 8 (deflated)", advice: "Pack the file again with zip.")
        }
        guard method != 0 || sizes[0] == sizes[1] else {
            throw FormatError.damaged(
                file,
                "its entry \(shown) is stored in \(grouped(sizes[1])) bytes but says "
                    + "\(grouped(sizes[0]))")
        }
    }

    /// Follows the local header, whose name and padding decide where the bytes start.
    private func dataOffset(of entry: ZipArchive.Entry, in data: Data) throws -> Int {
        let part = "entry \(printable(entry.name))"
        guard entry.headerOffset <= offset - 30 else {
            throw FormatError.damaged(
                file, "its \(part) is said to start at byte \(grouped(entry.headerOffset))",
                expected: "a place before byte \(grouped(offset)), where the directory starts")
        }
        let header = try data.copy(at: entry.headerOffset, count: 30, file: file, part: part)
        var cursor = ByteCursor(header, file: file, part: part)
        let signature = try cursor.u32()
        try cursor.skip(22)
        let start = try entry.headerOffset + 30 + cursor.u16() + cursor.u16()
        guard signature == 0x0403_4B50 else {
            throw FormatError.damaged(
                file,
                "has no entry at byte \(grouped(entry.headerOffset)), where its directory puts "
                    + printable(entry.name))
        }
        guard start <= offset, entry.packedSize <= offset - start else {
            throw FormatError.damaged(
                file,
                "its \(part) says \(grouped(entry.packedSize)) bytes from byte "
                    + grouped(start),
                expected: "an end before byte \(grouped(offset)), where the directory starts")
        }
        return start
    }

    private func requireDisjoint(_ entries: [ZipArchive.Entry]) throws {
        let sorted = entries.sorted { $0.headerOffset < $1.headerOffset }
        for (entry, next) in zip(sorted, sorted.dropFirst())
        where entry.dataOffset + entry.packedSize > next.headerOffset {
            throw FormatError.damaged(
                file, "its entries \(printable(entry.name)) and \(printable(next.name)) overlap")
        }
    }
}
