import Foundation

/// The directory at the end of a zip file (APPNOTE.TXT 4.3.12 to 4.3.16).
struct ZipDirectory {
    let file: String
    /// Where the directory starts, how long it is, how many entries it lists.
    let offset: Int
    let size: Int
    let count: Int

    private static let endSize = 22
    private static let end64Size = 56
    private static let locator64Size = 20
    /// How far from the end of the file an archive is looked for that other bytes follow: a signature, a
    /// server's padding.
    private static let mostBehind = 1 << 20

    /// Finds the directory through the end record, the last thing in the file but for up to 1 MiB that is no part of
    /// the archive.
    static func locate(in data: Data, file: String) throws -> ZipDirectory {
        var tailSize = min(data.count, endSize + 0xFFFF)
        var tailStart = data.count - tailSize
        var tail = try data.copy(at: tailStart, count: tailSize, file: file, part: "end record")
        var found = endRecord(in: tail)
        if found == nil {
            tailSize = min(data.count, mostBehind)
            tailStart = data.count - tailSize
            tail = try data.copy(at: tailStart, count: tailSize, file: file, part: "end record")
            found = earlierEndRecord(in: tail, from: tailStart)
        }
        guard let place = found else {
            throw FormatError(
                file: file,
                found:
                    "ends at byte \(grouped(data.count)) without the directory that closes a zip "
                    + "file: the download was cut off",
                advice: "Fetch it again.")
        }
        var cursor = ByteCursor(tail, file: file, part: "end record")
        try cursor.skip(place + 4)
        let (disk, directoryDisk, here, count) = try (
            cursor.u16(), cursor.u16(), cursor.u16(), cursor.u16()
        )
        let (size, offset) = try (cursor.u32(), cursor.u32())
        let endOffset = tailStart + place
        let isWide = count == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF
        // torch.save writes the zip64 records always, so look for them unless the plain ones fit.
        if isWide || offset + size != endOffset,
            let record = try zip64Record(in: data, file: file, before: endOffset)
        {
            return try read64(record, in: data, file: file)
        }
        try requireOneDisk(file, [disk, directoryDisk, count - here])
        return try checked(file: file, offset: offset, size: size, count: count, before: endOffset)
    }

    /// The last end record whose comment reaches exactly to the end of the file.
    private static func endRecord(in tail: [UInt8]) -> Int? {
        var place = tail.count - endSize
        while place >= 0 {
            if tail[place] == 0x50, tail[place + 1] == 0x4B, tail[place + 2] == 5,
                tail[place + 3] == 6
            {
                let comment = Int(tail[place + 20]) | Int(tail[place + 21]) << 8
                if place + endSize + comment == tail.count { return place }
            }
            place -= 1
        }
        return nil
    }

    /// The last end record with bytes behind it that no zip file has: one whose directory ends where it begins, or
    /// that stands behind a zip64 locator.
    private static func earlierEndRecord(in tail: [UInt8], from start: Int) -> Int? {
        func number(_ place: Int, _ count: Int) -> Int {
            (0..<count).reduce(0) { $0 | Int(tail[place + $1]) << (8 * $1) }
        }
        var place = tail.count - endSize
        while place >= 0 {
            if tail[place] == 0x50, number(place, 4) == 0x0605_4B50,
                place + endSize + number(place + 20, 2) <= tail.count
            {
                let reach = number(place + 12, 4) + number(place + 16, 4)
                let locator = place - locator64Size
                if reach == start + place { return place }
                if locator >= 0, number(locator, 4) == 0x0706_4B50 { return place }
            }
            place -= 1
        }
        return nil
    }

    /// Where the zip64 locator before the end record points; nil when there is no locator.
    private static func zip64Record(in data: Data, file: String, before end: Int) throws -> Int? {
        let part = "zip64 locator"
        guard end >= locator64Size else { return nil }
        let bytes = try data.copy(
            at: end - locator64Size, count: locator64Size, file: file, part: part)
        var locator = ByteCursor(bytes, file: file, part: part)
        guard try locator.u32() == 0x0706_4B50 else { return nil }
        try locator.skip(4)
        let record = try locator.u64()
        guard record <= end - locator64Size - end64Size else {
            throw FormatError.damaged(
                file, "its zip64 locator points at byte \(grouped(record))",
                expected: "a place before byte \(grouped(end))")
        }
        return record
    }

    private static func read64(_ place: Int, in data: Data, file: String) throws -> ZipDirectory {
        let part = "zip64 end record"
        let bytes = try data.copy(at: place, count: end64Size, file: file, part: part)
        var record = ByteCursor(bytes, file: file, part: part)
        guard try record.u32() == 0x0606_4B50 else {
            throw FormatError.damaged(file, "has no zip64 end record at byte \(grouped(place))")
        }
        try record.skip(12)
        try requireOneDisk(file, [record.u32(), record.u32()])
        let (here, count) = try (record.u64(), record.u64())
        try requireOneDisk(file, [count - here])
        let (size, offset) = try (record.u64(), record.u64())
        return try checked(file: file, offset: offset, size: size, count: count, before: place)
    }

    private static func requireOneDisk(_ file: String, _ numbers: [Int]) throws {
        guard numbers.allSatisfy({ $0 == 0 }) else {
            throw FormatError(
                file: file, found: "is one part of a split zip archive", expected: "a whole one",
                advice: "Join the parts first.")
        }
    }

    /// The directory must fill the space between the entries and the end record exactly.
    private static func checked(
        file: String, offset: Int, size: Int, count: Int, before end: Int
    ) throws -> ZipDirectory {
        let (reach, overflow) = offset.addingReportingOverflow(size)
        guard !overflow, reach <= end else {
            throw FormatError.cutOff(
                file, at: end, part: "directory", says: overflow ? Int.max : reach)
        }
        guard reach == end, count <= size / 46 else {
            throw FormatError.damaged(
                file,
                "its directory of \(grouped(count)) entries fills bytes \(grouped(offset)) to "
                    + "\(grouped(reach))", expected: "it to end at byte \(grouped(end))")
        }
        return ZipDirectory(file: file, offset: offset, size: size, count: count)
    }
}
