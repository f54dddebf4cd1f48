import Foundation
import Testing

@testable import Formats

/// Zip files that lie, stop early or overlap are refused by name, and never trap.
@Suite struct HostileZipTests {
    /// A zip of stored entries, with places to lie at.
    private func zip(_ entries: [(String, [UInt8])]) throws -> [UInt8] {
        try FormatsFixture.inTemporaryFolder { folder in
            let url = folder.appendingPathComponent("a.zip")
            try AtomicFile.write(to: url) { sink in
                var writer = ZipWriter(sink, file: "a.zip")
                for (name, bytes) in entries { try writer.add(name, Data(bytes)) }
                try writer.finish()
            }
            return try [UInt8](Data(contentsOf: url))
        }
    }

    private func open(_ bytes: [UInt8]) throws -> [Data] {
        let archive = try ZipArchive(Data(bytes), file: "a.zip")
        return try archive.entries.map { try archive.contents($0, limit: 1 << 20) }
    }

    /// Where the directory's n-th entry starts, in a zip whose names have one letter.
    private func directoryEntry(_ index: Int, in bytes: [UInt8]) -> Int {
        let end = bytes.count - 22
        let offset = (0..<4).reduce(0) { $0 | Int(bytes[end + 16 + $1]) << (8 * $1) }
        return offset + 47 * index
    }

    private func put(_ value: UInt32, _ bytes: inout [UInt8], at place: Int) {
        bytes.replaceSubrange(place..<place + 4, with: littleEndian([value]))
    }

    @Test func readsBackWhatItWrote() throws {
        let entries: [(String, [UInt8])] = [("a", [1, 2, 3]), ("b", []), ("c", Array(0...255))]
        #expect(try open(zip(entries)) == entries.map { Data($0.1) })
    }

    @Test func refusesEveryTruncation() throws {
        let bytes = try zip([("a", [1, 2, 3]), ("b", [4, 5])])
        for count in 0..<bytes.count {
            let message = refusal { try open(Array(bytes.prefix(count))) }
            #expect(message.contains("ends at byte \(count) without the directory"))
        }
    }

    @Test func refusesLyingSizes() throws {
        let bytes = try zip([("a", [1, 2, 3]), ("b", [4, 5])])
        let entry = directoryEntry(0, in: bytes)
        var larger = bytes
        put(4_000_000_000, &larger, at: entry + 20)
        put(4_000_000_000, &larger, at: entry + 24)
        #expect(refusal { try open(larger) }.contains("says 4,000,000,000 bytes"))
        var uneven = bytes
        put(1 << 20, &uneven, at: entry + 24)
        #expect(refusal { try open(uneven) }.contains("stored in 3 bytes but says 1,048,576"))
        var smaller = bytes
        put(2, &smaller, at: entry + 20)
        put(2, &smaller, at: entry + 24)
        #expect(refusal { try open(smaller) }.contains("CRC-32"))
    }

    @Test func refusesOffsetsPastTheEnd() throws {
        var bytes = try zip([("a", [1, 2, 3])])
        put(0x7FFF_FFFF, &bytes, at: directoryEntry(0, in: bytes) + 42)
        #expect(refusal { try open(bytes) }.contains("said to start at byte 2,147,483,647"))
        var directory = try zip([("a", [1, 2, 3])])
        put(0x7FFF_FFFF, &directory, at: directory.count - 6)
        #expect(refusal { try open(directory) }.contains("but its directory says 2,147,483,694"))
    }

    @Test func refusesOverlapAndTwins() throws {
        let bytes = try zip([("a", [1, 2, 3]), ("b", [4, 5])])
        var overlap = bytes
        put(0, &overlap, at: directoryEntry(1, in: bytes) + 42)
        #expect(refusal { try open(overlap) }.contains("overlap"))
        #expect(
            refusal { try open(zip([("a", [1]), ("a", [2])])) }.contains("two entries named a"))
    }

    @Test func refusesDamageAndEncryption() throws {
        let bytes = try zip([("a", [1, 2, 3])])
        var flipped = bytes
        flipped[64] ^= 1
        #expect(refusal { try open(flipped) }.contains("CRC-32"))
        var encrypted = bytes
        encrypted[directoryEntry(0, in: bytes) + 8] |= 1
        #expect(refusal { try open(encrypted) }.contains("encrypted"))
        var method = bytes
        method[directoryEntry(0, in: bytes) + 10] = 12
        #expect(refusal { try open(method) }.contains("zip method 12"))
    }

    /// The deflated fixture: one entry of 1 MiB of zeros in about 1 kB.
    @Test func inflatesOnlyWithinBounds() throws {
        let data = try FormatsFixture.data("deflated.zip")
        let archive = try ZipArchive(data, file: "a.zip")
        let entry = try #require(archive["zeros"])
        #expect(try archive.contents(entry, limit: 1 << 20) == Data(count: 1 << 20))
        let message = refusal { try archive.contents(entry, limit: 1 << 19) }
        #expect(message.contains("unpacks to 1,048,576 bytes; expected at most 524,288"))
    }

    @Test(arguments: [1_048_575, 1_048_577, 4_000_000_000])
    func refusesLyingInflatedSizes(size: UInt32) throws {
        var bytes = try [UInt8](FormatsFixture.data("deflated.zip"))
        let end = bytes.count - 22
        let directory = (0..<4).reduce(0) { $0 | Int(bytes[end + 16 + $1]) << (8 * $1) }
        put(size, &bytes, at: directory + 24)
        let archive = try ZipArchive(Data(bytes), file: "a.zip")
        let entry = try #require(archive.entries.first)
        #expect(refusal { try archive.contents(entry, limit: .max) }.contains("does not unpack"))
    }

    @Test func readsZip64() throws {
        let archive = try ZipArchive(FormatsFixture.data("zip64.zip"), file: "zip64.zip")
        let entry = try #require(archive["wide"])
        #expect(try archive.contents(entry, limit: 100) == Data("sixty-four".utf8))
    }
}
