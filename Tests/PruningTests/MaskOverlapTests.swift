import Models
import Testing

@testable import Pruning

@Suite struct MaskOverlapTests {
    /// Every pair of masks of four weights, by counting sets.
    @Test func everySmallPairMatchesSets() throws {
        for a in 0..<16 {
            for b in 0..<16 {
                let masks = try [a, b].map { bits in
                    try Masks([
                        LayerMask(
                            name: "w", shape: [4, 1, 1, 1],
                            bytes: (0..<4).map { UInt8(bits >> $0 & 1) })
                    ])
                }
                let sets = [a, b].map { bits in Set((0..<4).filter { bits >> $0 & 1 == 1 }) }
                let overlap = try masks[0].overlap(with: masks[1])
                let either = sets[0].union(sets[1]).count
                #expect(overlap.map(\.name) == ["w", "all"])
                #expect(overlap[0].both == sets[0].intersection(sets[1]).count)
                #expect(
                    overlap[0].jaccard
                        == (either == 0 ? 1 : Double(overlap[0].both) / Double(either)))
                #expect(overlap[1].jaccard == overlap[0].jaccard)
                let same = try masks[0].overlap(with: masks[0])[0]
                #expect(same.jaccard == 1 && same.first == sets[0].count)
            }
        }
    }

    /// Two random masks overlap as chance has it; percentile of the same weights overlaps wholly.
    @Test func unrelatedMasksOverlapByChance() throws {
        let state = try tinyState()
        let layers = Architecture.resnet18.prunableWeights()
        let random = try [1, 2].map { seed in
            try PruningMethod.named("random").masks(
                for: state, layers: layers, options: .init(amount: 0.7, seed: seed),
                channels: residualChannels)
        }
        let all = try #require(try random[0].overlap(with: random[1]).last)
        #expect(all.total == random[0].density.total && all.first == random[0].density.kept)
        #expect(abs(all.jaccard - all.jaccardByChance) < 0.02)
        #expect(abs(all.jaccardByChance - 0.3 / 1.7) < 0.001)
    }

    @Test func batchNormIsLeftOutAndDifferentLayersAreRefused() throws {
        let state = try tinyState()
        let layers = Architecture.resnet18.prunableWeights()
        let options = PruningOptions(angle: 80)
        let whole = try PruningMethod.named("distinctiveness").masks(
            for: state, layers: layers, options: options, channels: residualChannels)
        let matched = try PruningMethod.named("matched").masks(
            for: state, layers: layers, options: options, channels: residualChannels)
        #expect(try whole.overlap(with: matched).map(\.name) == layers + ["all"])
        let fewer = try PruningMethod.named("matched").masks(
            for: state, layers: Array(layers.dropLast()), options: options,
            channels: residualChannels)
        let error = #expect(throws: PruningError.self) { try whole.overlap(with: fewer) }
        #expect(error?.description.contains("layer4.1.conv2.weight") == true)
        #expect(throws: PruningError.self) { try fewer.overlap(with: whole) }
    }
}
