import Formats
import Foundation
import Testing

@testable import Models
@testable import Torch

/// Weights and ranges in 8-bit numbers, against slow plain versions.
@Suite struct QuantizingTests {
    private func drawn(_ shape: Shape, seed: UInt64) throws -> [Float] {
        try Tensor.randn(shape, Generator(seed: seed)).values()
    }

    /// Element by element: the nearest multiple of its channel's step.
    @Test(arguments: [([6, 3, 2, 2], 0), ([5, 7], 0), ([7, 5], 1)], [127, 63])
    func weightsAreThePlainVersions(form: (Shape, Int), levels: Int) throws {
        let (shape, axis) = form
        var weight = try drawn(shape, seed: 3)
        let strides = shape.indices.map { shape[($0 + 1)...].reduce(1, *) }
        func channel(_ place: Int) -> Int { place / strides[axis] % shape[axis] }
        for place in weight.indices where channel(place) == 1 { weight[place] = 0 }
        let whole = QuantizedWeight(weight, shape: shape, axis: axis, levels: levels)
        #expect(whole.scales.count == shape[axis] && whole.scales.allSatisfy { $0 > 0 })
        for place in weight.indices {
            let own = weight.indices.filter { channel($0) == channel(place) }
            let most = own.map { abs(weight[$0]) }.max() ?? 0
            guard most > 0 else {
                #expect(whole.dequantized[place] == 0)
                continue
            }
            let step = most / Float(levels)
            let multiples = (-levels...levels).map { Float($0) * step }
            let nearest = multiples.min { abs($0 - weight[place]) < abs($1 - weight[place]) }
            #expect(whole.dequantized[place] == nearest)
        }
    }

    @Test func tiesGoToTheEvenNumber() {
        let whole = QuantizedWeight([127, 0.5, 1.5, 2.5, -0.5, -1.5], shape: [1, 6], axis: 0)
        #expect(whole.values == [127, 0, 2, 2, 0, -2])
    }

    /// A channel of zeros, or of next to nothing, keeps its bias.
    @Test func biasesFit() {
        let bias: [Float] = [3, -5, 0, 1e-3]
        let input: Float = 0.02
        let whole = QuantizedWeight(
            [0, 1e-30, 0, 0.5], shape: [4, 1], axis: 0, inputScale: input, bias: bias)
        for (index, value) in bias.enumerated() {
            let step = input * whole.scales[index]
            #expect(step > 0 && step.isNormal)
            let found = Double(whole.bias?[index] ?? 0) * Double(step)
            #expect(abs(found - Double(value)) <= Double(step) / 2 + 1e-6)
        }
    }

    /// Half of 255 steps is 127.5, a little less in float32.
    @Test(arguments: [
        (Float(0), Float(2), UInt8(0)), (-1, 1, 127), (-2, -1, 255), (1, 3, 0), (0, 0, 0),
    ])
    func rangesHoldZero(low: Float, high: Float, zero: UInt8) {
        let range = ActivationRange(low: low, high: high)
        #expect(range.low <= 0 && range.high >= 0 && range.scale > 0)
        #expect(range.zeroPoint == zero)
        // Both ends are within half a step, and rounding, of what 8 bits reach.
        let reach = (0 - Float(range.zeroPoint), 255 - Float(range.zeroPoint))
        #expect(
            abs(reach.0 * range.scale - range.low) <= range.scale * 0.501 || range.high == range.low
        )
        #expect(
            abs(reach.1 * range.scale - range.high) <= range.scale * 0.501
                || range.high == range.low)
    }

    /// The plain version sorts the numbers.
    @Test func percentilesAreThePlainVersions() throws {
        let numbers = try drawn([200_000], seed: 8).sorted()
        let (low, high) = (numbers[0], numbers[numbers.count - 1])
        let bins = ActivationRanges.bins
        var counts = [Int](repeating: 0, count: bins)
        let width = (high - low) / Float(bins)
        for number in numbers { counts[min(bins - 1, Int((number - low) / width))] += 1 }
        let range = ActivationRanges.range(counts, from: low, to: high)
        let left = Int(Double(numbers.count) * Calibration.tail)
        #expect(abs(range.low - numbers[left]) <= width * 1.01)
        #expect(abs(range.high - numbers[numbers.count - 1 - left]) <= width * 1.01)
        #expect(range.low > low && range.high < high)
        // Nothing is left out of a single bin, or of few numbers.
        #expect(
            ActivationRanges.range([5], from: 0, to: 2) == ActivationRange(low: 0, high: 2))
        #expect(
            ActivationRanges.range([1, 0, 0, 1], from: -1, to: 3)
                == ActivationRange(low: -1, high: 3))
    }

    @Test func rangesAreThoseOfTheValues() throws {
        let model = try Model.drawn(.named("resnet20"), classes: 3, size: 32, seed: 1)
            .foldingBatchNorms()
        let batches = try [4, 5].map { try Tensor.randn([2, 3, 32, 32], Generator(seed: $0)) }
        let names = try QuantizationPlan(model.graph).values
        let found = try ActivationRanges(model, of: names, .minmax) { body in
            for batch in batches { try body(batch) }
        }
        var plain: [String: [Float]] = [:]
        for batch in batches {
            plain[model.graph.input.name, default: []] += try batch.values()
            try noGrad {
                _ = try Executor(model).run(batch, training: false) { name, value in
                    plain[name, default: []] += try value.contiguous().values(Float.self)
                }
            }
        }
        for name in names {
            guard let numbers = plain[name], let low = numbers.min(), let high = numbers.max()
            else { continue }
            #expect(found.ranges[name] == ActivationRange(low: low, high: high))
        }
        #expect(Set(found.ranges.keys) == Set(names))
        #expect(throws: NetworkError.self) {
            try ActivationRanges(model, of: names, .minmax) { _ in }
        }
    }
}
