import Formats
import Foundation
import Testing

@testable import Features

@Suite struct FeatureExtractorTests {
    struct Unreadable: Error {}

    /// What a progress callback was told; it is called one call at a time.
    final class Seen: @unchecked Sendable { var counts: [Int] = [] }

    private func options() -> FeatureExtractor.Options {
        var options = FeatureExtractor.Options()
        options.side = 16
        return options
    }

    @Test func eachPictureIsGreyResizedAndDescribed() throws {
        var random = TestRandom(state: 8)
        let pixels = (0..<(20 * 30 * 3)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let picture = Picture(width: 20, height: 30, channels: 3, pixels: pixels)
        let found = try FeatureExtractor(options()).describe(picture)
        let small = picture.grey().resized(width: 16, height: 16)
        #expect(try found.lpq == LPQ().histogram(of: small))
        #expect(try found.phog == PHOG().descriptor(of: small))
    }

    @Test(arguments: [1, 2, 7])
    func orderAndResultDoNotDependOnThreads(_ threads: Int) throws {
        let extractor = try FeatureExtractor(options())
        let pictures = (0..<11).map { Picture.noise(width: 16 + $0, height: 20, seed: UInt64($0)) }
        let found = extractor.describe(count: 11, threads: threads) { pictures[$0] }
        #expect(found.count == 11)
        for (outcome, picture) in zip(found, pictures) {
            #expect(try outcome.get() == extractor.describe(picture))
        }
    }

    @Test func aBadPictureStopsNothing() throws {
        let outcomes = try FeatureExtractor(options()).describe(count: 4) { index in
            if index == 2 { throw Unreadable() }
            return .noise(width: 16, height: 16, seed: 1)
        }
        let failed = outcomes.indices.filter { (try? outcomes[$0].get()) == nil }
        #expect(failed == [2])
        #expect(try FeatureExtractor().describe(count: 0) { _ in throw Unreadable() }.isEmpty)
    }

    @Test func progressCountsEveryPictureOnce() throws {
        let seen = Seen()
        _ = try FeatureExtractor(options()).describe(
            count: 5, threads: 3,
            progress: { done, total in
                #expect(total == 5)
                seen.counts.append(done)
            }, picture: { .noise(width: 16, height: 16, seed: UInt64($0)) })
        #expect(seen.counts == [1, 2, 3, 4, 5])
    }

    @Test func aOnePixelPictureIsDescribed() throws {
        let dot = Picture(width: 1, height: 1, channels: 3, pixels: [1, 2, 3])
        let found = try FeatureExtractor(options()).describe(dot)
        #expect(found.lpq[255] == 1)
        #expect(found.phog.allSatisfy { $0 == 0 })
    }

    @Test func badOptionsAreRefused() {
        var small = options()
        small.side = 7
        var fine = options()
        fine.phog.levels = 5
        var wide = options()
        wide.lpq.size = 17
        for bad in [small, fine, wide] {
            #expect(throws: FeatureError.self) { try FeatureExtractor(bad) }
        }
    }
}

@Suite struct FeatureTableTests {
    /// Entries with random vectors; the last `held` are not for training.
    private func entries(_ count: Int, held: Int) -> [FeatureTableBuilder.Entry] {
        var random = TestRandom(state: 99)
        return (0..<count).map { index in
            let features = PictureFeatures(
                lpq: (0..<12).map { _ in random.signed() },
                phog: (0..<9).map { _ in random.signed() })
            return .init(
                name: "\(index).jpg", label: "\(index % 7)", features: features,
                training: index < count - held)
        }
    }

    @Test func thePCAKnowsTrainingRowsOnly() throws {
        let builder = FeatureTableBuilder()
        let all = entries(20, held: 6)
        let table = try builder.build(all)
        let lpq = try PCA.fit(FeatureMatrix(all.prefix(14).map(\.features.lpq)), components: 5)
        #expect(table.lpq == lpq)
        #expect(table.phog.mean.count == 9)
        var changed = all
        changed[17].features = PictureFeatures(
            lpq: all[17].features.lpq.map { $0 * 50 }, phog: all[17].features.phog)
        let other = try builder.build(changed)
        #expect(other.lpq == table.lpq)
        #expect(other.rows[16] == table.rows[16])
        #expect(other.rows[17] != table.rows[17])
    }

    @Test func rowsHaveTenFeaturesInOrder() throws {
        let all = entries(9, held: 0)
        let table = try FeatureTableBuilder().build(all)
        #expect(table.header.count == 12)
        #expect(table.header[2] == "lpq1" && table.header[11] == "phog5")
        #expect(table.records.count == 9)
        for (index, row) in table.rows.enumerated() {
            #expect(row.name == "\(index).jpg")
            let lpq = try table.lpq.transform(FeatureMatrix([all[index].features.lpq]))
            let phog = try table.phog.transform(FeatureMatrix([all[index].features.phog]))
            #expect(row.values == lpq.values + phog.values)
            #expect(table.records[index].dropFirst(2).map { Double($0) } == row.values)
        }
    }

    @Test func tooFewTrainingRowsAreRefused() {
        #expect(throws: FeatureError.self) { try FeatureTableBuilder().build([]) }
        #expect(throws: FeatureError.self) {
            try FeatureTableBuilder().build(entries(20, held: 15))
        }
    }
}
