import Comparing
import Testing

@testable import Torch

/// Mixed precision: what it changes, and that nothing of it is left afterwards.
@Suite struct AutocastTests {
    private struct Trouble: Error {}

    private func trouble(_ body: () throws -> Void) throws {
        #expect(throws: Trouble.self, performing: body)
    }

    private struct Inputs {
        let x: Tensor
        let w: Tensor

        init() throws {
            let generator = try Generator(seed: 3)
            x = try Tensor.randn([2, 8, 9, 9], generator).channelsLast()
            w = try Tensor.randn([16, 8, 3, 3], generator).channelsLast().requiresGrad_()
        }

        func apply() throws -> Tensor { try conv2d(x, w, padding: 1) }
    }

    /// As if input and weight had been converted by hand.
    @Test func aConvolutionComputesInTheTypeAskedFor() throws {
        let inputs = try Inputs()
        let plain = try inputs.apply()
        for type in [DType.bfloat16, .float16] {
            let found = try autocast(.cpu, type) { try inputs.apply() }
            let byHand = try conv2d(
                inputs.x.to(dtype: type), inputs.w.to(dtype: type), padding: 1)
            #expect(found.dtype == type && plain.dtype == .float32)
            #expect(found.isChannelsLast)
            #expect(try found.isBitwiseEqual(to: byHand))
        }
    }

    @Test func gradientsAreThoseOfTheWeightsOwnType() throws {
        let inputs = try Inputs()
        try autocast(.cpu) { try inputs.apply().sum() }.backward()
        let mixed = try #require(inputs.w.grad)
        let copy = try Inputs()
        try copy.apply().sum().backward()
        let plain = try #require(copy.w.grad)
        #expect(mixed.dtype == .float32)
        let a: [Float] = try mixed.values()
        let b: [Float] = try plain.values()
        let scale = b.map(abs).max() ?? 0
        let worst = largestDifference(a, b)
        #expect(worst > 0 && worst < 0x1p-7 * scale)
    }

    @Test func itCanBeTurnedOffInside() throws {
        let inputs = try Inputs()
        let plain = try inputs.apply()
        try autocast(.cpu) { () throws in
            #expect(try autocastType(.cpu) == .bfloat16)
            let full = try autocast(.cpu, enabled: false) { try inputs.apply() }
            #expect(try full.isBitwiseEqual(to: plain))
            #expect(try inputs.apply().dtype == .bfloat16)
        }
        #expect(try autocast(.cpu, enabled: false) { try inputs.apply().dtype } == .float32)
    }

    @Test func theStateIsRestoredOnEveryExit() throws {
        let inputs = try Inputs()
        try trouble { try autocast(.cpu) { throw Trouble() } }
        #expect(try autocastType(.cpu) == nil)
        #expect(try inputs.apply().dtype == .float32)
        try autocast(.cpu, .float16) { () throws in
            try trouble {
                try autocast(.cpu, .bfloat16) {
                    try trouble { try autocast(.cpu, enabled: false) { throw Trouble() } }
                    #expect(try autocastType(.cpu) == .bfloat16)
                    throw Trouble()
                }
            }
            #expect(try autocastType(.cpu) == .float16)
            #expect(throws: TorchError.self) { try conv2d(inputs.x, inputs.x.transposed(0, 1)) }
            #expect(try inputs.apply().dtype == .float16)
        }
        #expect(try autocastType(.cpu) == nil)
        // The type as well as the switch: the next block that names none is libtorch's default again.
        #expect(try autocast(.cpu) { try autocastType(.cpu) } == .bfloat16)
    }

    @Test func onlyTheDeviceThatIsNamedIsChanged() throws {
        try autocast(.cuda(0)) { () throws in
            #expect(try autocastType(.cpu) == nil)
            #expect(try autocastType(.cuda(0)) == .bfloat16)
            #expect(try Inputs().apply().dtype == .float32)
        }
        #expect(try autocastType(.cuda(0)) == nil)
    }

    @Test(arguments: [DType.float32, .float64, .int64, .bool])
    func otherTypesAreRefused(_ type: DType) throws {
        var ran = false
        let error = #expect(throws: TorchError.self) { try autocast(.cpu, type) { ran = true } }
        #expect(!ran && error?.message.contains("16-bit") == true)
        #expect(try autocastType(.cpu) == nil)
    }

    /// A weight is converted once a block, and anew in the next: an optimiser may have moved it.
    @Test func convertedWeightsAreForgottenAtTheEnd() throws {
        let inputs = try Inputs()
        let before = try autocast(.cpu) { try inputs.apply().detached() }
        try noGrad { try inputs.w.fill_(0) }
        let after = try autocast(.cpu) { try inputs.apply() }
        #expect(try before.countNonzero() > 0)
        #expect(try after.countNonzero() == 0)
    }

    /// The fused node is float32's: 16-bit activations take libtorch's own operations.
    @Test(arguments: [true, false])
    func batchNormTakesSixteenBitActivations(_ training: Bool) throws {
        let generator = try Generator(seed: 4)
        let x = try Tensor.randn([4, 8, 6, 6], generator).to(dtype: .bfloat16).channelsLast()
        let extra = try Tensor.randn([4, 8, 6, 6], generator).to(dtype: .bfloat16).channelsLast()
        func layer(_ type: DType) throws -> (y: Tensor, mean: Tensor, variance: Tensor) {
            let c = [8]
            let mean = try Tensor.zeros(c)
            let variance = try Tensor.ones(c)
            let y = try batchNormReLU(
                x.to(dtype: type), weight: Tensor.ones(c) * 1.5, bias: Tensor.ones(c) * 0.25,
                runningMean: mean, runningVar: variance, residual: extra.to(dtype: type),
                training: training)
            return (y, mean, variance)
        }
        let mixed = try autocast(.cpu) { try layer(.bfloat16) }
        let full = try layer(.float32)
        #expect(mixed.y.dtype == .bfloat16)
        #expect(mixed.mean.dtype == .float32 && mixed.variance.dtype == .float32)
        // Two roundings to 8 bits of sums below 8; the statistics are not rounded at all.
        for (a, b, allowed) in [
            (mixed.y, full.y, Float(0x1p-5)), (mixed.mean, full.mean, 1e-6),
            (mixed.variance, full.variance, 1e-6),
        ] {
            let found: [Float] = try a.values()
            let wanted: [Float] = try b.values()
            #expect(zip(found, wanted).allSatisfy { abs($0 - $1) <= allowed })
        }
    }
}
