import Core
import Testing

@testable import Perceptron

@Suite struct JointGroupTests {
    @Test func bandsHaveThreeLevels() {
        #expect(JointGroups.band([0, 0.1, 0.5, 0.45, 0.9, 1]) == [0, 0, 0.5, 0.5, 1, 1])
    }

    /// 0.24 and 0.27 lie on the two sides of 0.25, but belong together.
    @Test func edgesAvoidPartingNeighbours() {
        #expect(JointGroups.band([0.02, 0.24, 0.27, 0.5, 0.98]) == [0, 0.5, 0.5, 0.5, 1])
        #expect(JointGroups.band([0.02, 0.16, 0.18, 0.5, 0.98]) == [0, 0, 0, 0.5, 1])
    }

    @Test func dependenciesReconstructTheirRows() {
        let a: [Double] = [1, 0, 0.5, 1, 0, 0.5, 1]
        let b: [Double] = [0, 0, 1, 0.5, 0.5, 1, 0]
        let c: [Double] = [1, 1, 0, 0, 0.5, 0, 0.5]
        let d = zip(a, zip(b, c)).map { 1 + $0 - $1.0 + 2 * $1.1 }
        let found = JointGroups.dependencies([a, b, c, d])
        #expect(found.count == 1)
        #expect(found[0].unit == 3)
        #expect(abs(found[0].constant - 1) < 1e-9)
        for (unit, weight) in [(0, 1.0), (1, -1), (2, 2)] {
            #expect(abs((found[0].weights[unit] ?? 0) - weight) < 1e-9)
        }
    }

    /// Any independent set has none; any row added as a random sum is found again.
    @Test func randomSumsAreFound() {
        var generator = SplitMix64(seed: 2, stream: 0)
        for trial in 0..<50 {
            let width = 30, count = 3 + trial % 5
            var rows = (0..<count).map { _ in
                (0..<width).map { _ in Double(generator.next() % 3) / 2 }
            }
            #expect(JointGroups.dependencies(rows).isEmpty)
            let weights = (0..<count).map { _ in Double(generator.next() % 5) - 2 }
            let constant = Double(generator.next() % 3)
            rows.append(
                (0..<width).map { place in
                    constant + (0..<count).reduce(0) { $0 + weights[$1] * rows[$1][place] }
                })
            let found = JointGroups.dependencies(rows)
            #expect(found.map(\.unit) == [count])
            for place in 0..<width {
                var sum = found[0].constant
                for (unit, weight) in found[0].weights { sum += weight * rows[unit][place] }
                #expect(abs(sum - rows[count][place]) < 1e-9)
            }
        }
    }

    /// Three units whose sum is constant over the patterns: one goes, the outputs stay.
    @Test(arguments: [Activation.sigmoid, .tanh])
    func aGroupWithAConstantSumGoes(_ activation: Activation) throws {
        let (low, width): (Float, Float) = activation == .tanh ? (-1, 2) : (0, 1)
        let a: [Float] = [1, 0, 0, 1, 0, 0, 0.5, 0]
        let b: [Float] = [0, 1, 0, 0, 1, 0, 0.5, 0]
        let c = zip(a, b).map { 1 - $0 - $1 }
        let units = [a, b, c].map { $0.map { low + width * $0 } }
        let hidden = HiddenActivations(units: units, activation: activation)
        let groups = JointGroups.find(hidden)
        #expect(groups.count == 1)
        #expect(groups[0].unit == 2)
        #expect(Set(groups[0].weights.keys) == [0, 1])
        var net = Perceptron(
            shape: Shape(inputs: 1, hidden: 3, outputs: 2), activation: activation)
        net.outputWeights = [1, -2, 0.5, 3, 0.25, -1]
        var reduction = Reduction(net, hidden)
        reduction.spread(2, weights: groups[0].weights, constant: groups[0].constant)
        #expect(reduction.unitsLeft == 2)
        #expect(reduction.removals[0].certificate.largest < 1e-5)
    }

    @Test func pairsAndConstantsAreLeftToTheirOwnTests() {
        let a: [Float] = [1, 0, 0.5, 1], one: [Float] = [1, 1, 1, 1]
        let hidden = HiddenActivations(units: [a, a, one], activation: .sigmoid)
        #expect(JointGroups.find(hidden).isEmpty)
    }
}
