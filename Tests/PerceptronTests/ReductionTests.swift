import Foundation
import Testing

@testable import Perceptron

@Suite struct ReductionTests {
    /// A small trained net and its activations over its training rows.
    static func trained(
        _ activation: Activation = .sigmoid, hidden: Int = 14
    ) throws -> (net: Perceptron, examples: Examples, hidden: HiddenActivations) {
        let examples = try SmallTable.examples(rows: 90, inputs: 10, classes: 7, seed: 21)
        let job = TrainingJob(
            net: Perceptron(
                shape: Shape(inputs: 10, hidden: hidden, outputs: 7), activation: activation,
                seed: 5), examples: examples, trainingRows: Array(0..<90), seed: 6)
        let net = try SingleRunTrainer.train(
            job, TrainingSettings(optimizer: .sgd(rate: 0.05), epochs: 60))
        return (net, examples, HiddenActivations(net, Patterns(examples, rows: Array(0..<90))))
    }

    @Test(arguments: Activation.allCases)
    func activationsAndLogitsArePlain(_ activation: Activation) throws {
        let (net, examples, hidden) = try Self.trained(activation)
        let logits = Logits(net, hidden)
        let plain = PlainNet(net)
        var correct = 0, loss = 0.0
        for row in 0..<90 {
            let h = plain.hidden(examples.features(row).map(Double.init))
            let expected = plain.logits(h)
            for unit in 0..<14 { #expect(abs(Double(hidden[unit, row]) - h[unit]) < 2e-6) }
            for output in 0..<7 {
                #expect(abs(Double(logits.table[output, row]) - expected[output]) < 1e-5)
            }
            let label = examples.label(row)
            if expected.firstIndex(of: expected.max() ?? 0) == label { correct += 1 }
            loss -= log(PlainNet.softmax(expected)[label]) / 90
        }
        let labels = (0..<90).map(examples.label)
        #expect(logits.correct(labels) == correct)
        #expect(abs(logits.loss(labels) - loss) < 1e-5)
    }

    @Test func similarUnitsMergeAndTheLaterGoes() throws {
        let (net, _, hidden) = try Self.trained()
        var reduction = Reduction(net, hidden)
        reduction.merge(UnitPair(first: 2, second: 9, degrees: 12))
        #expect(reduction.unitsLeft == 13)
        #expect(!reduction.alive[9])
        for output in 0..<7 {
            let kept = net.outputWeights[output * 14 + 2], gone = net.outputWeights[output * 14 + 9]
            #expect(reduction.net.outputWeights[output * 14 + 2] == kept + gone)
            #expect(reduction.net.outputWeights[output * 14 + 9] == 0)
        }
        // A unit that is gone takes no further part.
        let before = reduction.net
        reduction.merge(UnitPair(first: 9, second: 11, degrees: 3))
        reduction.merge(UnitPair(first: 1, second: 9, degrees: 3))
        reduction.cancel(UnitPair(first: 9, second: 10, degrees: 178), mode: .paper)
        #expect(reduction.net == before)
        #expect(reduction.removals.count == 1)
    }

    /// The certificate is the change of the outputs, worked out pattern by pattern.
    @Test func certificatesAreTheChangeOfTheOutputs() throws {
        let (net, examples, hidden) = try Self.trained()
        var reduction = Reduction(net, hidden)
        reduction.merge(UnitPair(first: 0, second: 3, degrees: 40))
        let before = PlainNet(net), after = PlainNet(reduction.net)
        var expected = OutputChange.none
        for row in 0..<90 {
            let h = before.hidden(examples.features(row).map(Double.init))
            let (a, b) = (before.logits(h), after.logits(h))
            let (p, q) = (PlainNet.softmax(a), PlainNet.softmax(b))
            for output in 0..<7 {
                expected.largest = max(expected.largest, abs(a[output] - b[output]))
                expected.mean += abs(a[output] - b[output]) / 630
                expected.largestProbability = max(
                    expected.largestProbability, abs(p[output] - q[output]))
                expected.meanProbability += abs(p[output] - q[output]) / 630
            }
        }
        let certificate = reduction.removals[0].certificate
        #expect(certificate.mean > 0)
        #expect(abs(certificate.largest - expected.largest) < 2e-5)
        #expect(abs(certificate.mean - expected.mean) < 2e-6)
        #expect(abs(certificate.largestProbability - expected.largestProbability) < 1e-5)
        #expect(abs(certificate.meanProbability - expected.meanProbability) < 1e-6)
        #expect(reduction.change(from: Logits(net, hidden)) == certificate)
    }

    /// Units that are exactly alike, or exactly opposite, can go without moving the outputs.
    @Test func exactPairsLeaveTheOutputsAlone() throws {
        var (net, examples, _) = try Self.trained()
        for input in 0..<10 {
            net.hiddenWeights[4 * 10 + input] = net.hiddenWeights[1 * 10 + input]
            net.hiddenWeights[7 * 10 + input] = -net.hiddenWeights[2 * 10 + input]
        }
        net.hiddenBias[4] = net.hiddenBias[1]
        net.hiddenBias[7] = -net.hiddenBias[2]
        let hidden = HiddenActivations(net, Patterns(examples, rows: Array(0..<90)))
        let angles = UnitAngles(UnitVectors(hidden))
        let similar = angles.similar(below: 0.1), opposite = angles.complementary(above: 179.9)
        #expect(similar.map { [$0.first, $0.second] } == [[1, 4]])
        #expect(opposite.map { [$0.first, $0.second] } == [[2, 7]])
        var reduction = Reduction(net, hidden)
        reduction.merge(similar[0])
        reduction.cancel(opposite[0], mode: .exact)
        #expect(reduction.unitsLeft == 12)
        for removal in reduction.removals { #expect(removal.certificate.largest < 1e-5) }
    }

    /// Folding the mean keeps the mean output; dropping both does not.
    @Test func complementaryModesDiffer() throws {
        let (net, _, hidden) = try Self.trained()
        let pair = UnitPair(first: 3, second: 8, degrees: 150)
        func mean(_ mode: ComplementaryMode) -> (left: Int, shift: Double) {
            var reduction = Reduction(net, hidden)
            reduction.cancel(pair, mode: mode)
            let (a, b) = (Logits(net, hidden), Logits(reduction.net, hidden))
            var shift = 0.0
            for output in 0..<7 {
                var sum = 0.0
                for pattern in 0..<90 {
                    sum += Double(b.table[output, pattern] - a.table[output, pattern]) / 90
                }
                shift = max(shift, abs(sum))
            }
            return (reduction.unitsLeft, shift)
        }
        #expect(mean(.paper).left == 12)
        #expect(mean(.paper).shift > 0.01)
        #expect(mean(.bias).left == 12)
        #expect(mean(.bias).shift < 1e-5)
        #expect(mean(.exact).left == 13)
        #expect(mean(.exact).shift < 1e-5)
    }

    @Test func constantAndInsignificantUnitsAreFound() throws {
        var (net, examples, _) = try Self.trained()
        for input in 0..<10 {
            net.hiddenWeights[6 * 10 + input] = 0
            net.hiddenWeights[10 * 10 + input] *= 1e-4
        }
        net.hiddenBias[6] = 2
        net.hiddenBias[10] = 0
        let hidden = HiddenActivations(net, Patterns(examples, rows: Array(0..<90)))
        let constant = SpecialUnits.constant(hidden, below: 0.01)
        #expect(constant.map(\.unit) == [6, 10])
        let insignificant = SpecialUnits.insignificant(UnitVectors(hidden), below: 0.01)
        #expect(insignificant.map(\.unit) == [10])
        var reduction = Reduction(net, hidden)
        reduction.fold(6, value: hidden.mean(6), reason: .constant(deviation: 0))
        reduction.fold(10, value: 0.5, reason: .insignificant(length: insignificant[0].length))
        #expect(reduction.unitsLeft == 12)
        for removal in reduction.removals { #expect(removal.certificate.largest < 1e-3) }
    }

    @Test func compactingKeepsTheOutputs() throws {
        let (net, examples, hidden) = try Self.trained()
        var reduction = Reduction(net, hidden)
        reduction.merge(UnitPair(first: 1, second: 5, degrees: 40))
        reduction.cancel(UnitPair(first: 0, second: 13, degrees: 140), mode: .paper)
        let small = reduction.net.compacted(reduction.alive)
        #expect(small.shape.hidden == 11)
        let patterns = Patterns(examples, rows: Array(0..<90))
        let change = OutputChange(
            from: Logits(reduction.net, hidden),
            to: Logits(small, HiddenActivations(small, patterns)))
        #expect(change.largest < 1e-5)
    }

    /// Going on from bound to bound is the same as starting afresh at each.
    @Test func dryRunsGoOnWhereTheyStopped() throws {
        let (net, _, hidden) = try Self.trained(hidden: 30)
        let angles = UnitAngles(UnitVectors(hidden))
        var last = 31
        DryRun.similar(net, hidden, angles, bounds: DryRun.similarBounds) { outcome, reduction in
            var fresh = Reduction(net, hidden)
            for pair in angles.similar(below: outcome.bound) { fresh.merge(pair) }
            #expect(fresh.net == reduction.net)
            #expect(outcome.unitsLeft == fresh.unitsLeft)
            #expect(outcome.pairsTaken == 30 - fresh.unitsLeft)
            #expect(outcome.pairsFound == angles.pairs.count { $0.degrees < outcome.bound })
            #expect(outcome.change == fresh.change(from: Logits(net, hidden)))
            #expect(outcome.unitsLeft <= last)
            last = outcome.unitsLeft
        }
        #expect(last < 30)
        for mode in ComplementaryMode.allCases {
            DryRun.complementary(
                net, hidden, angles, bounds: DryRun.complementaryBounds, mode: mode
            ) { outcome, reduction in
                var fresh = Reduction(net, hidden)
                for pair in angles.complementary(above: outcome.bound) {
                    fresh.cancel(pair, mode: mode)
                }
                #expect(fresh.net == reduction.net)
                #expect(outcome.pairsTaken == fresh.removals.count)
            }
        }
    }
}
