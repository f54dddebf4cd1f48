import Core
import Foundation
import Testing

@testable import Formats

/// Mutated files of every kind either read or throw a `FormatError`; they never crash, and memory
/// stays bounded. `WINNOW_FUZZ=100` runs a hundred times as many mutations.
@Suite(.serialized) struct FuzzTests {
    private static let rounds =
        40 * (Int(ProcessInfo.processInfo.environment["WINNOW_FUZZ"] ?? "") ?? 1)

    /// One to four small changes: bytes, integers at their extremes, cuts, doubled and removed
    /// runs.
    private func mutated(_ bytes: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            let end = min(place + Int.random(in: 1...16, using: &random), bytes.count)
            switch Int.random(in: 0..<7, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2:
                bytes.replaceSubrange(
                    place..<end, with: [UInt8](repeating: 0xFF, count: end - place))
            case 3:
                bytes.replaceSubrange(place..<end, with: [UInt8](repeating: 0, count: end - place))
            case 4: bytes.removeSubrange(place..<end)
            case 5: bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
            default:
                if Int.random(in: 0..<4, using: &random) == 0 {
                    bytes.removeLast(bytes.count - place)
                }
            }
        }
        return bytes
    }

    /// Reads with what fits the content; returns whether it was accepted.
    private func reads(_ bytes: [UInt8], as kind: String) -> Bool {
        let data = Data(bytes)
        do {
            switch kind {
            case "csv":
                _ = try FeatureTable(CSVReader.read(data, file: "f"), layout: FeatureLayout())
            case "xlsx":
                let sheet = try XlsxReader.read(data, file: "f")
                _ = try FeatureTable(sheet, layout: FeatureLayout())
            default:
                let dict = try TensorFile.read(data, file: "f")
                for entry in dict.entries { _ = entry.tensor.floats() }
            }
            return true
        } catch is FormatError {
            return false
        } catch {
            Issue.record("not a FormatError: \(error)")
            return false
        }
    }

    private func memoryPeak() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return (Int(line.filter(\.isNumber)) ?? 0) * 1024
    }

    private func fixtures() throws -> [(kind: String, bytes: [UInt8])] {
        let files = try FormatsFixture.files(["pth", "safetensors", "xlsx"])
        let csv = "name,label,f1,f2\n\"a, b\",1,0.5,1\nc,2,\"1\",-2e3\r\n\"d\"\"\",2,4,5\n"
        return try files.map { ($0.pathExtension, [UInt8](try Data(contentsOf: $0))) }
            + [("csv", Array(csv.utf8))]
    }

    @Test func survivesMutatedFiles() throws {
        let before = memoryPeak()
        var random = SplitMix64(seed: 1)
        var (accepted, refused) = (0, 0)
        for fixture in try fixtures() {
            for _ in 0..<Self.rounds {
                let isRead = reads(mutated(fixture.bytes, &random), as: fixture.kind)
                if isRead { accepted += 1 } else { refused += 1 }
            }
        }
        #expect(refused > accepted && refused + accepted >= 20 * Self.rounds)
        #expect(memoryPeak() - before < 512 << 20)
    }

    /// Behind the checksum: one entry of a zip is mutated and the zip is written anew around it.
    @Test func survivesMutatedEntries() throws {
        let before = memoryPeak()
        var random = SplitMix64(seed: 2)
        var (accepted, refused) = (0, 0)
        try FormatsFixture.inTemporaryFolder { folder in
            let url = folder.appendingPathComponent("a.zip")
            for fixture in try fixtures() where fixture.bytes.starts(with: [0x50, 0x4B, 3, 4]) {
                let entries = try unpacked(fixture.bytes)
                let targets = entries.indices.filter { index in
                    [".pkl", "1.xml", "s.xml", "Strings.xml", "workbook.xml", ".rels", "byteorder"]
                        .contains { entries[index].0.hasSuffix($0) }
                }
                for _ in 0..<Self.rounds {
                    guard let target = targets.randomElement(using: &random) else { continue }
                    var changed = entries
                    changed[target].1 = mutated(entries[target].1, &random)
                    let isRead = try reads(zip(changed, at: url), as: fixture.kind)
                    if isRead { accepted += 1 } else { refused += 1 }
                }
            }
        }
        #expect(accepted > 0 && refused > 0)
        #expect(memoryPeak() - before < 512 << 20)
    }

    private func unpacked(_ bytes: [UInt8]) throws -> [(String, [UInt8])] {
        let archive = try ZipArchive(Data(bytes), file: "f")
        return try archive.entries.map {
            ($0.name, [UInt8](try archive.contents($0, limit: 1 << 20)))
        }
    }

    /// A zip of these entries, through the file `url`.
    private func zip(_ entries: [(String, [UInt8])], at url: URL) throws -> [UInt8] {
        let descriptor = open(url.path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        defer { close(descriptor) }
        var writer = ZipWriter(FileSink(descriptor: descriptor, file: "a.zip"), file: "a.zip")
        for (name, bytes) in entries { try writer.add(name, Data(bytes)) }
        try writer.finish()
        return try [UInt8](Data(contentsOf: url))
    }
}
