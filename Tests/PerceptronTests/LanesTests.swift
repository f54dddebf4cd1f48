import Core
import Foundation
import Testing

@testable import Perceptron

@Suite struct LanesTests {
    /// Distance in units in the last place of the Float nearest `exact`.
    func ulps(_ value: Float, _ exact: Double) -> Double {
        abs(Double(value) - exact) / Double(Float(exact).ulp)
    }

    @Test func theExponentialIsWithinTwoUlps() {
        var worst = 0.0
        for step in 0..<400_000 {
            let x = Float(-87.3 + 175.6 * Double(step) / 400_000)
            let value = exponential(Lanes(repeating: x))
            worst = max(worst, ulps(value[step % 16], exp(Double(x))))
        }
        #expect(worst < 2)
    }

    @Test func theExponentialIsClamped() {
        #expect(exponential(Lanes(repeating: 1000))[3].isFinite)
        #expect(exponential(Lanes(repeating: -1000))[5] > 0)
        #expect(exponential(Lanes(repeating: -1000))[5] < 2e-38)
        #expect(exponential(Lanes(repeating: .nan))[0].isNaN)
    }

    /// From the smallest normal number to the largest that squares of gradients reach.
    @Test func quotientsOverRootsAreWithinSomeUlps() {
        var worst = 0.0
        for step in 0..<100_000 {
            let x = Float(exp(-87 + 130 * Double(step) / 100_000))
            for y: Float in [0, 1e-8, 0.3] {
                let value = addingQuotient(
                    Lanes(), Lanes(repeating: 0.7), root: Lanes(repeating: x),
                    plus: Lanes(repeating: y))
                let exact = Double(Float(0.7)) / (2 * Double(x).squareRoot() + Double(y))
                worst = max(worst, ulps(value[step % 16], exact))
            }
        }
        #expect(worst < 8)
        let zero = addingQuotient(
            Lanes(repeating: 3), Lanes(), root: Lanes(repeating: .leastNormalMagnitude),
            plus: Lanes())
        #expect(zero[0] == 3)
    }

    @Test func theLogisticAndTheTangentAreClose() {
        for step in 0..<100_000 {
            let x = Float(-20 + 40 * Double(step) / 100_000)
            let s = logistic(Lanes(repeating: x))[step % 16]
            #expect(abs(Double(s) - 1 / (1 + exp(-Double(x)))) < 1.2e-7)
            let t = hyperbolicTangent(Lanes(repeating: x))[step % 16]
            #expect(abs(Double(t) - tanh(Double(x))) < 2.5e-7)
        }
    }

    /// Whole-vector arithmetic gives what the standard library's lane by lane gives.
    @Test func vectorArithmeticIsIEEE() {
        var generator = SplitMix64(seed: 1, stream: 0)
        for _ in 0..<1000 {
            var a = Lanes(), b = Lanes(), c = Lanes()
            for lane in 0..<16 {
                a[lane] = 20 * generator.uniform() - 10
                b[lane] = 20 * generator.uniform() - 10
                c[lane] = 20 * generator.uniform() - 10
            }
            for lane in 0..<16 {
                #expect((a + b)[lane] == a[lane] + b[lane])
                #expect((a - b)[lane] == a[lane] - b[lane])
                #expect((a * b)[lane] == a[lane] * b[lane])
                #expect((a / b)[lane] == a[lane] / b[lane])
                #expect(fma(a, b, c)[lane] == c[lane].addingProduct(a[lane], b[lane]))
                #expect((a * a).squareRoot()[lane] == (a[lane] * a[lane]).squareRoot())
                #expect(larger(a, b)[lane] == max(a[lane], b[lane]))
                #expect(smaller(a, b)[lane] == min(a[lane], b[lane]))
                #expect((-a)[lane] == -a[lane])
            }
        }
    }

    @Test func anglesAndLogarithmsAreCs() {
        for step in -10_000...10_000 {
            let c = Double(step) / 10_000
            #expect(abs(arcCosineDegrees(c) - acos(c) * 180 / .pi) < 1e-12)
        }
        #expect(arcCosineDegrees(1 + 1e-12) == 0)
        #expect(arcCosineDegrees(-1 - 1e-12) == 180)
        for step in 1...20_000 {
            for x in [Double(step) / 7, exp(-Double(step) / 40)] {
                #expect(abs(logarithm(x) - log(x)) <= 1e-15 * max(1, abs(log(x))) * 2)
            }
        }
    }
}

@Suite struct RowScheduleTests {
    func job(rows: Int, shuffles: Bool = true) throws -> TrainingJob {
        let examples = try SmallTable.examples(rows: rows + 3, inputs: 2, classes: 2, seed: 1)
        return TrainingJob(
            net: Perceptron(shape: Shape(inputs: 2, hidden: 2, outputs: 2), activation: .tanh),
            examples: examples, trainingRows: Array(3..<(rows + 3)), seed: 5, shuffles: shuffles)
    }

    @Test func everyEpochSeesEveryRowOnceInAFreshOrder() throws {
        var schedule = RowSchedule(
            try job(rows: 37), TrainingSettings(optimizer: .sgd(rate: 1), epochs: 4))
        #expect(schedule.total == 148)
        var rows = [UInt32](repeating: 0, count: 148)
        rows.withUnsafeMutableBufferPointer { buffer in
            // In pieces that do not divide the epochs.
            for start in stride(from: 0, to: 148, by: 29) {
                guard let base = buffer.baseAddress else { return }
                schedule.fill(base + start, count: min(29, 148 - start))
            }
        }
        let epochs = (0..<4).map { Array(rows[($0 * 37)..<($0 * 37 + 37)]) }
        for epoch in epochs { #expect(epoch.sorted() == (3..<40).map(UInt32.init)) }
        #expect(Set(epochs).count == 4)
    }

    @Test func shortBatchesArePaddedWithWeightlessSlots() throws {
        let schedule = RowSchedule(
            try job(rows: 10),
            TrainingSettings(optimizer: .sgd(rate: 1), batchSize: 4, epochs: 2))
        #expect(schedule.total == 24)
        let weights = (0..<25).map { schedule.weight(at: $0) }
        let epoch: [Float] = Array(repeating: 0.25, count: 8) + [0.5, 0.5, 0, 0]
        #expect(weights == epoch + epoch + [0])
    }

    /// Each of the six orders of three rows comes up about a sixth of the time.
    @Test func shufflesAreFair() {
        var generator = SplitMix64(seed: 11, stream: 0)
        var counts: [[UInt32]: Int] = [:]
        for _ in 0..<60_000 {
            var items: [UInt32] = [0, 1, 2]
            items.withUnsafeMutableBufferPointer { generator.shufflePacked($0) }
            counts[items, default: 0] += 1
        }
        #expect(counts.count == 6)
        for count in counts.values { #expect(abs(count - 10_000) < 500) }
    }
}
