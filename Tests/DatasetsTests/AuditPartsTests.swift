import Formats
import Testing

@testable import Datasets

struct AuditPartsTests {
    /// Counted over every possible test part of a small data set.
    @Test func theRandomSplitEstimateIsTheMeanOverAllSplits() {
        let clusters = [0, 0, 1, 2, 2, 2, 3]
        let relatives = clusters.map { cluster in clusters.filter { $0 == cluster }.count - 1 }
        for test in 1...4 {
            var (touched, tested) = (0, 0)
            for code in 0..<1 << 7 where code.nonzeroBitCount == test {
                for picture in 0..<7 where code >> picture & 1 == 1 {
                    tested += 1
                    let inTraining = (0..<7).contains { other in
                        other != picture && clusters[other] == clusters[picture]
                            && code >> other & 1 == 0
                    }
                    if inTraining { touched += 1 }
                }
            }
            let expected = Double(touched) / Double(tested)
            #expect(abs(RandomSplitEstimate.share(relatives, test) - expected) < 1e-12)
        }
    }

    @Test(arguments: [
        ("sfew", (0..<40).map { "c\($0 % 3)/Film\($0 % 8)_00123\($0)000_0000\($0).png" }),
        ("lfw", (0..<40).map { "c\($0 % 3)/Some_One\($0 % 13)x_00\(10 + $0).jpg" }),
        (
            "numbered",
            (0..<40).map { "c\($0 % 3)/bird\("abcdefghijkl".dropLast($0 % 12))-\($0).jpg" }
        ),
        ("folder", (0..<40).map { "c\($0 % 3)/tom\($0 % 9)/x\("abc".dropLast($0 % 2)).jpg" }),
    ])
    func suggestsTheRightPattern(_ rule: String, _ files: [String]) {
        let best = GroupSuggestion.best(files: files, classCount: 3, copies: [])
        #expect(best?.rule == rule)
        #expect(best.map { $0.groups > 3 && $0.coverage > 0.99 && $0.company > 0.5 } == true)
    }

    @Test(arguments: [
        (0..<40).map { "c\($0 % 3)/IMG_\(1000 + $0).jpg" },
        (0..<40).map { "c\($0 % 3)/c\($0 % 3)_\(1000 + $0).jpg" },
        (0..<40).map {
            "c\($0 % 3)/\("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrst".dropFirst($0)).jpg"
        },
    ])
    func suggestsNothingWhereNamesTellNothing(_ files: [String]) {
        #expect(GroupSuggestion.best(files: files, classCount: 3, copies: []) == nil)
        let copies = GroupSuggestion.best(files: files, classCount: 3, copies: [(0, 5), (5, 7)])
        #expect(copies?.rule == "near-duplicates" && copies?.largestSize == 3)
    }

    @Test func copiesKnowTheirClusters() {
        let prints = [1, 2, 1, 3, 1].map { PicturePrint(.scene(seed: $0, width: 64, height: 64)) }
        let hashes = ["a", "b", "a", "c", "d"]
        let facts = hashes.map { PictureFacts(sha256: $0, width: 64, height: 64) }
        let copies = Copies(facts: facts, prints: prints, threads: 2)
        #expect(copies.content == [0, 1, 0, 3, 4])
        #expect(copies.identical == [[0, 2]])
        #expect(copies.near.map { [$0.first, $0.second] } == [[0, 4]])
        #expect(copies.counts == [2, 0, 2, 0, 2])
        let clusters = Grouping.clusters(
            files: ["v", "w", "x", "y", "z"], pairs: copies.pairs)
        #expect(clusters.ids == [0, 1, 0, 2, 0])
    }

    @Test func contactSheetsShowTheirPicturesAndNumbers() {
        let red = Picture(
            width: 2, height: 4, channels: 3,
            pixels: (0..<8).flatMap { _ in [255, 0, 0] as [UInt8] })
        let grey = Picture(width: 1, height: 1, channels: 1, pixels: [7])
        let sheet = ContactSheet(cell: 20, gap: 4).draw([[red, nil], [grey, red]])
        #expect(sheet.width == 40 + 2 * 24 + 4 && sheet.height == 2 * 24 + 4)
        func pixel(_ x: Int, _ y: Int) -> [UInt8] {
            let at = (y * sheet.width + x) * 3
            return Array(sheet.pixels[at..<at + 3])
        }
        #expect(pixel(50, 14) == [255, 0, 0])
        #expect(pixel(42, 14) == [255, 255, 255])
        #expect(pixel(74, 14) == [255, 255, 255])
        #expect(pixel(50, 38) == [7, 7, 7])
        #expect(pixel(74, 38) == [255, 0, 0])
        let ink = (0..<sheet.height).reduce(0) { sum, y in
            sum + (0..<40).filter { pixel($0, y) == [0, 0, 0] }.count
        }
        // A "1" has eight dots and a "2" eleven, of four pixels each.
        #expect(ink == (8 + 11) * 4)
        #expect(ContactSheet(cell: 20, gap: 4).draw([[red]], firstNumber: nil).width == 32)
    }
}
