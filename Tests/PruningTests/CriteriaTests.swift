import Core
import Models
import Testing
import Torch

@testable import Pruning

/// Each criterion against its formula, written plainly.
@Suite struct CriteriaTests {
    private static let name = "layer2.0.conv1.weight"

    private static func model() throws -> Model { try Model(.resnet18, tinyState(), size: 32) }

    private static func context(_ model: Model) throws -> PruningContext {
        try PruningContext(model, pictures: noisePictures(batches: [4, 3]))
    }

    private static func filters(_ criterion: Criterion, _ context: PruningContext) throws
        -> [Double?]
    {
        let layer = try context.weights(name)
        guard case .filters(let scores) = try criterion.scores(layer, context, seed: 0) else {
            return []
        }
        return scores
    }

    private static func weights(_ criterion: Criterion, _ context: PruningContext) throws -> [Float]
    {
        let layer = try context.weights(name)
        guard case .weights(let scores) = try criterion.scores(layer, context, seed: 0) else {
            return []
        }
        return scores
    }

    private static func rows(_ context: PruningContext) throws -> [[Double]] {
        let layer = try context.weights(name)
        let size = layer.filterSize
        return (0..<layer.shape[0]).map { row in
            layer.values[(row * size)..<((row + 1) * size)].map(Double.init)
        }
    }

    private func close(_ found: [Double?], _ expected: [Double]) -> Bool {
        found.count == expected.count
            && zip(found, expected).allSatisfy {
                abs(($0 ?? .nan) - $1) <= 1e-5 * max(1e-6, abs($1))
            }
    }

    @Test func lengthsAndDistances() throws {
        let context = try Self.context(Self.model())
        let rows = try Self.rows(context)
        #expect(
            try close(
                Self.filters(.l1Norm, context), rows.map { $0.reduce(0) { $0 + abs($1) } }))
        #expect(
            try close(
                Self.filters(.l2Norm, context),
                rows.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }))
        let distances = rows.map { a in
            rows.reduce(0.0) { sum, b in
                sum + zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
            }
        }
        #expect(try close(Self.filters(.geometricMedian, context), distances))
    }

    @Test func aFilterOfZerosTakesNoPart() throws {
        let model = try Self.model()
        let weight = try model.state.require(Self.name)
        var values = try weight.values(Float.self)
        for index in 0..<(values.count / weight.shape[0]) { values[index] = 0 }
        try weight.copy_(Tensor(values, weight.shape))
        let context = try Self.context(model)
        for criterion in Criterion.all where criterion.element == .filters && !criterion.hasAngles {
            let scores = try Self.filters(criterion, context)
            #expect(scores.first == .some(nil), "\(criterion.name)")
            #expect(scores.dropFirst().allSatisfy { $0 != nil }, "\(criterion.name)")
        }
    }

    @Test func batchNormScaleIsTheMagnitudeOfGamma() throws {
        let model = try Self.model()
        let gamma = try model.state.require("layer2.0.bn1.weight")
        try setBits(gamma, at: 2) { $0 | 1 << 31 }
        let expected = try gamma.values(Float.self).map { Double(abs($0)) }
        #expect(try close(Self.filters(.batchNormScale, Self.context(model)), expected))
    }

    /// LAMP by its definition: every weight over the sum of all squares that are not smaller.
    @Test func lampByItsDefinition() throws {
        let context = try Self.context(Self.model())
        let values = try context.weights(Self.name).values
        let scores = try Self.weights(.lamp, context)
        for index in stride(from: 0, to: values.count, by: 5) {
            let square = Double(values[index]) * Double(values[index])
            let sum = values.reduce(0.0) {
                abs($1) >= abs(values[index]) ? $0 + Double($1) * Double($1) : $0
            }
            #expect(abs(Double(scores[index]) - square / sum) < 1e-5)
        }
        #expect(scores.max() ?? 0 > 0.99, "the largest weight has no larger one")
    }

    /// Gradients batch by batch, and what SNIP, OBD and Taylor make of them.
    @Test func gradientCriteriaByTheirDefinitions() throws {
        let model = try Self.model()
        let context = try Self.context(model)
        let values = try context.weights(Self.name).values
        var (gradients, sizes): ([[Float]], [Int]) = ([], [])
        try noisePictures(batches: [4, 3]).forEachBatch { batch, labels in
            let own = try model.with(model.state.copied())
            let weight = try own.state.require(Self.name).requiresGrad_()
            let scores = try Executor(own).forward(batch, training: false)
            let targets = try Tensor(labels.map(Int64.init), [labels.count])
            try crossEntropy(scores, targets, reduction: .sum).backward()
            gradients.append(try #require(weight.grad).values())
            sizes.append(labels.count)
        }
        let size = values.count / 8
        let snip = try Self.weights(.snip, context)
        let obd = try Self.weights(.optimalBrainDamage, context)
        for index in stride(from: 0, to: values.count, by: 11) {
            let mean = gradients.reduce(0) { $0 + $1[index] } / 7
            #expect(abs(snip[index] - mean * values[index]) < 1e-6)
            let fisher =
                zip(gradients, sizes).reduce(Float(0)) {
                    $0 + $1.0[index] * $1.0[index] / Float($1.1)
                }
                / 2
            let expected = fisher * values[index] * values[index] / 2
            #expect(abs(obd[index] - expected) <= 1e-5 * max(1e-4, expected))
        }
        let taylor = try Self.filters(.taylor, context)
        for filter in 0..<8 {
            let squares = zip(gradients, sizes).map { gradient, size0 -> Double in
                let own = (filter * size)..<((filter + 1) * size)
                let sum = own.reduce(0.0) { $0 + Double(gradient[$1] * values[$1]) }
                return (sum / Double(size0)) * (sum / Double(size0))
            }
            let expected = squares.reduce(0, +) / 2
            #expect(abs((taylor[filter] ?? 0) - expected) <= 1e-4 * max(1e-6, expected))
        }
    }

    /// The order of correlation: at every step no other channel would leave a smaller error, by least
    /// squares solved anew.
    @Test func correlationTakesTheBestNextChannel() throws {
        let model = try Self.model()
        let context = try Self.context(model)
        let (_, shared) = try context.sharedChannels()
        let one = try #require(shared.first { $0.name == "layer2.0.conv1.weight" })
        let scores = try GreedyPrediction(one, context).scores
        let order = scores.indices.sorted { scores[$0] > scores[$1] }
        let calibration = try context.calibrated()
        let node = try #require(one.readers.first).node
        let count = one.count
        let gram: [Double] = try calibration.gram(node).values()
        let weight = try model.state.require(one.readers[0].weight)
        let taps = weight.shape[2] * weight.shape[3]
        let values = try weight.values(Float.self)
        var importance = [Double](repeating: 0, count: count * count)
        for out in 0..<weight.shape[0] {
            for tap in 0..<taps {
                for i in 0..<count {
                    for j in 0..<count {
                        let a = Double(values[(out * count + i) * taps + tap])
                        importance[i * count + j] +=
                            a * Double(values[(out * count + j) * taps + tap])
                    }
                }
            }
        }
        func error(_ kept: [Int]) -> Double {
            predictionError(gram, importance, count, kept)
        }
        let whole = error([])
        for step in 0..<(count - 1) {
            let kept = Array(order[..<step])
            #expect(abs(scores[order[step]] - error(kept) / whole) < 1e-6, "step \(step)")
            let chosen = error(kept + [order[step]])
            for other in order[(step + 1)...] {
                #expect(chosen <= error(kept + [other]) + 1e-9 * whole, "step \(step)")
            }
        }
    }

    /// Two vectors that are the same are one cluster, however many there are to be.
    @Test func kMeansKeepsOneOfTwins() throws {
        let vectors: [[Double]] = [[1, 0], [1, 0], [0, 2], [0, 2], [-3, 0], [-3, 0.1]]
        let products = vectors.flatMap { a in
            vectors.map { b in zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        }
        for seed in 0..<10 as Range<UInt64> {
            let found = ProductClusters(products, 6, clusters: 3, .init(seed: seed, name: "k"))
            #expect(Set(found.representatives.map { $0 / 2 }) == [0, 1, 2])
            let all = ProductClusters(products, 6, clusters: 6, .init(seed: seed, name: "k"))
            #expect(Set(all.representatives).count == 6)
        }
    }

    /// Products that other numbers of threads add up differ in their last bits; what stays does not. Half as many
    /// clusters as points make many of two, which are both as near to their centre, and twins.
    @Test func kMeansDoesNotHangOnRounding() throws {
        let count = 24
        var generator = SplitMix64(seed: 4)
        var vectors = (0..<count).map { _ in
            (0..<9).map { _ in Double(generator.uniform()) - 0.5 }
        }
        vectors[20] = vectors[3]
        let products = vectors.flatMap { a in
            vectors.map { b in zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        }
        for clusters in [1, 12, 23] {
            let whole = ProductClusters(
                products, count, clusters: clusters, .init(seed: 2, name: "k"))
            #expect(whole.representatives.count == clusters)
            for _ in 0..<20 {
                let rounded = products.map {
                    $0 * (1 + (Double(generator.uniform()) - 0.5) * 1e-15)
                }
                let found = ProductClusters(
                    rounded, count, clusters: clusters, .init(seed: 2, name: "k"))
                #expect(found.representatives == whole.representatives)
            }
        }
    }
}

/// tr(H (G - G_:K (G_KK)^-1 G_K:)), by Gaussian elimination.
func predictionError(
    _ gram: [Double], _ importance: [Double], _ count: Int, _ kept: [Int]
) -> Double {
    var residual = gram
    for pivot in kept {
        let own = residual[pivot * count + pivot]
        if own < 1e-12 { continue }
        let column = (0..<count).map { residual[$0 * count + pivot] }
        for i in 0..<count {
            for j in 0..<count { residual[i * count + j] -= column[i] * column[j] / own }
        }
    }
    return (0..<count).reduce(0) { sum, i in
        (0..<count).reduce(sum) { $0 + importance[i * count + $1] * residual[$1 * count + i] }
    }
}
