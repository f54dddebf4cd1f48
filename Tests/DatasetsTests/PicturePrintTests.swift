import Core
import Formats
import Foundation
import Testing

@testable import Datasets

struct PicturePrintTests {
    struct Entry: Decodable {
        let file: String
        let grey: [UInt8]
        let frequencies: [Float]
        let hash: String
        let mirrored: String
        let thumbnail: [Float]
    }

    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures")

    /// Against SciPy; see `Tests/Fixtures/make/images_prints.py`.
    @Test func agreesWithSciPy() throws {
        let data = try Data(contentsOf: Self.fixtures.appending(path: "images_prints/index.json"))
        let entries = try JSONDecoder().decode([Entry].self, from: data)
        #expect(entries.count == 3)
        for entry in entries {
            let picture = try Picture(
                contentsOf: Self.fixtures.appending(path: entry.file).path)
            let grey = PicturePrint.grey(picture, Resizer())
            #expect(grey == entry.grey)
            for (found, expected) in zip(DCT.lowest(grey), entry.frequencies) {
                #expect(abs(found - expected) < 0.01)
            }
            let print = PicturePrint(picture)
            #expect("0x" + String(print.hash, radix: 16) == entry.hash)
            #expect("0x" + String(print.mirrored, radix: 16) == entry.mirrored)
            for (found, expected) in zip(print.thumbnail, entry.thumbnail) {
                #expect(abs(found - expected) < 1e-5)
            }
        }
    }

    @Test func mirroringSwapsTheHashes() {
        for seed in 0..<20 {
            let picture = Picture.scene(seed: seed, width: 64, height: 64)
            let print = PicturePrint(picture)
            let mirror = PicturePrint(picture.upright(2))
            #expect((print.hash ^ mirror.mirrored).nonzeroBitCount <= 2)
            #expect((print.mirrored ^ mirror.hash).nonzeroBitCount <= 2)
        }
    }

    /// The same photograph, saved, scaled, brightened, cropped or mirrored.
    static let changes: [(name: String, change: @Sendable (Picture) throws -> Picture)] = [
        ("jpeg", { try Picture(data: $0.encodedJPEG(quality: 40), named: "x") }),
        ("half", { $0.resized(width: $0.width / 2, height: $0.height / 2) }),
        ("narrow", { $0.resized(width: $0.width * 2 / 3, height: $0.height) }),
        ("mirror", { $0.upright(2) }),
        (
            "brighter",
            { picture in
                var picture = picture
                picture.pixels = picture.pixels.map { UInt8(min(255, Double($0) * 1.15)) }
                return picture
            }
        ),
        (
            "grey",
            { picture in
                let grey = picture.grey()
                return Picture(
                    width: grey.width, height: grey.height, channels: 3,
                    pixels: grey.pixels.flatMap { [$0, $0, $0] })
            }
        ),
        (
            "cropped",
            { picture in
                picture.centreCropped(
                    width: picture.width * 97 / 100, height: picture.height * 97 / 100)
            }
        ),
    ]

    @Test(arguments: changes.map(\.name))
    func findsTheChangedPhotographAndNothingElse(_ name: String) throws {
        let change = try #require(Self.changes.first { $0.name == name }).change
        let pictures = (0..<12).map { Picture.scene(seed: $0, width: 120, height: 90) }
        let prints = try (pictures + pictures.map(change)).map { PicturePrint($0) }
        for threads in [1, 3] {
            let pairs = NearDuplicates().pairs(prints, threads: threads)
            #expect(pairs.map(\.first) == Array(0..<12))
            #expect(pairs.map(\.second) == Array(12..<24))
            #expect(pairs.allSatisfy { $0.mirrored == (name == "mirror") })
            #expect(pairs.allSatisfy { $0.correlation >= 0.95 && $0.correlation <= 1 })
        }
    }

    @Test func agreesWithAPlainSearch() {
        var prints: [PicturePrint] = []
        for seed in 0..<12 {
            let picture = Picture.scene(seed: seed % 9, width: 50, height: 50)
            prints.append(PicturePrint(seed < 9 ? picture : picture.upright(2)))
        }
        let search = NearDuplicates(bits: 24, correlation: 0.4)
        var slow: [[Int]] = []
        for a in prints.indices {
            for b in prints.indices where b > a {
                let plain = Self.dot(prints[a].thumbnail, prints[b].thumbnail)
                let turned = Self.dot(Self.mirror(prints[a].thumbnail), prints[b].thumbnail)
                let bits = (prints[a].hash ^ prints[b].hash).nonzeroBitCount
                let turnedBits = (prints[a].mirrored ^ prints[b].hash).nonzeroBitCount
                if (bits <= 24 && plain >= 0.4) || (turnedBits <= 24 && turned >= 0.4) {
                    slow.append([a, b])
                }
            }
        }
        for indexed in [false, true] {
            let pairs = search.pairs(prints, threads: 2, indexed: indexed)
            #expect(pairs.map { [$0.first, $0.second] } == slow)
        }
        #expect(!slow.isEmpty)
    }

    @Test(arguments: [0, 3, 4, 14, 17, 40, 64])
    func theIndexFindsWhatComparingAllFinds(_ bits: Int) {
        var random = SplitMix64(seed: UInt64(bits))
        let start = UInt64(random.index(below: 1 << 62))
        // Each is an earlier one with some bits turned over, so that all distances come up.
        var hashes = [start, start]
        while hashes.count < 400 {
            var hash = hashes[random.index(below: hashes.count)]
            for _ in 0..<random.index(below: 24) { hash ^= 1 << UInt64(random.index(below: 64)) }
            hashes.append(hash)
        }
        let members = hashes.indices.filter { $0 % 5 != 0 }
        let index = HashIndex(hashes, members: members, bits: bits)
        for first in stride(from: -1, to: 400, by: 7) {
            let hash = hashes[max(0, first)]
            var found: [Int] = []
            index.add(near: hash, above: first, to: &found)
            let wanted = members.filter {
                $0 > first && (hashes[$0] ^ hash).nonzeroBitCount <= bits
            }
            #expect(Set(found).sorted() == wanted)
        }
    }

    private static func dot(_ a: [Float], _ b: [Float]) -> Float {
        zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }

    private static func mirror(_ thumbnail: [Float]) -> [Float] {
        (0..<16).flatMap { row in thumbnail[row * 16..<row * 16 + 16].reversed() }
    }

    @Test func flatPicturesMatchByBrightnessOnly() {
        func flat(_ value: UInt8) -> PicturePrint {
            PicturePrint(
                Picture(
                    width: 40, height: 30, channels: 3,
                    pixels: [UInt8](repeating: value, count: 3600)))
        }
        let prints = [flat(0), flat(1), flat(200), PicturePrint(.scene(seed: 1))]
        #expect(prints[0].isFlat && !prints[3].isFlat)
        for indexed in [false, true] {
            let pairs = NearDuplicates().pairs(prints, threads: 1, indexed: indexed)
            #expect(pairs.map { [$0.first, $0.second] } == [[0, 1]])
        }
        #expect(NearDuplicates().pairs([], threads: 2).isEmpty)
    }

    @Test func tinyPicturesHavePrints() {
        let dot = Picture(width: 1, height: 1, channels: 3, pixels: [1, 2, 3])
        #expect(PicturePrint(dot).isFlat)
    }
}
