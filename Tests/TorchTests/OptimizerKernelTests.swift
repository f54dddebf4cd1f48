import Testing

@testable import Torch

/// The fused steps against the formulas written out, over ten steps.
@Suite struct OptimizerKernelTests {
    @Test(arguments: [(0.0, 0.0, false), (0.9, 0.0, false), (0.9, 0.01, false), (0.9, 0.01, true)])
    func sgdFollowsItsFormula(_ settings: (momentum: Double, decay: Double, nesterov: Bool)) throws
    {
        var p: [Double] = [1, -2, 3, 0]
        var v: [Double] = [0, 0, 0, 0]
        let mask: [Double] = [1, 1, 1, 0]
        let tensor = try Tensor(p.map(Float.init), [4]).requiresGrad_()
        let velocity = try Tensor.zeros([4])
        let maskTensor = try Tensor(mask.map(Float.init), [4])
        for step in 0..<10 {
            let slope = (0..<4).map { Double($0 + 1) * 0.3 - Double(step) * 0.1 }
            try (tensor * Tensor(slope.map(Float.init), [4])).sum().backward()
            try sgdStep(
                [tensor], velocity: [velocity], masks: [maskTensor], lr: 0.1,
                momentum: settings.momentum, weightDecay: settings.decay,
                nesterov: settings.nesterov, isFirst: step == 0)
            try tensor.clearGrad()
            for i in 0..<4 {
                let g = slope[i] * mask[i] + settings.decay * p[i]
                v[i] = step == 0 ? g : settings.momentum * v[i] + g
                let d =
                    settings.momentum == 0
                    ? g : settings.nesterov ? g + settings.momentum * v[i] : v[i]
                p[i] -= 0.1 * d
            }
        }
        let found: [Float] = try noGrad { try tensor.detached().values() }
        for i in 0..<4 { #expect(abs(Double(found[i]) - p[i]) < 1e-5) }
        #expect(found[3] == 0)
    }

    /// Convolutions and batch norms that one place reads step in the backward pass, one that two places read does not:
    /// all end with the bits of a backward pass and a step after it.
    @Test(arguments: [false, true])
    func aStepDownALossIsBackwardAndStep(masked: Bool) throws {
        func trained(down: Bool) throws -> (weights: [[Float]], withGradient: [Bool]) {
            let draw = try Generator(seed: 3)
            let x = try Tensor.randn([2, 64, 4, 4], draw).channelsLast()
            let shapes = [[64, 64, 3, 3], [64, 64, 3, 3], [64], [64], [64], [64], [64]]
            let parameters = try shapes.map { shape -> Tensor in
                let drawn = try Tensor.randn(shape, draw)
                return try (shape.count == 4 ? drawn.channelsLast() : drawn).requiresGrad_()
            }
            let velocity = try parameters.map { try Tensor.zeros(like: $0) }
            let masks: [Tensor?] = try shapes.map { shape in
                let values = (0..<shape.reduce(1, *)).map { Float($0 % 3 == 0 ? 0 : 1) }
                guard masked else { return nil }
                let mask = try Tensor(values, shape)
                return shape.count == 4 ? try mask.channelsLast() : mask
            }
            var hasGradient: [Bool] = []
            for step in 0..<3 {
                let first = try conv2d(x, parameters[0], bias: nil, padding: 1)
                let normed = try batchNormReLU(
                    first, weight: parameters[3], bias: parameters[4], runningMean: .zeros([64]),
                    runningVar: .zeros([64]), residual: x, training: true)
                let once = try batchNormReLUMaxPool(
                    normed, weight: parameters[5], bias: parameters[6], runningMean: .zeros([64]),
                    runningVar: .zeros([64]), kernel: 3, stride: 1, padding: 1)
                let twice = try conv2d(
                    conv2d(once, parameters[1], bias: nil, padding: 1), parameters[1],
                    bias: parameters[2], padding: 1)
                let loss = try (twice * twice).sum() * 1e-9
                if !down { try loss.backward() }
                try sgdStep(
                    parameters, velocity: velocity, masks: masks, lr: 0.1, momentum: 0.9,
                    weightDecay: 0.01, nesterov: false, isFirst: step == 0,
                    down: down ? loss : nil)
                hasGradient = parameters.map { $0.grad != nil }
                for parameter in parameters { try parameter.clearGrad() }
            }
            return (
                try noGrad { try parameters.map { try $0.detached().values() } }, hasGradient
            )
        }
        let (apart, fused) = (try trained(down: false), try trained(down: true))
        #expect(fused.weights == apart.weights)
        #expect(apart.withGradient == [true, true, true, true, true, true, true])
        #expect(fused.withGradient == [false, true, true, false, false, false, false])
    }

    @Test func adamFollowsItsFormula() throws {
        var p: [Double] = [1, -2, 3, 0]
        var m: [Double] = [0, 0, 0, 0]
        var v: [Double] = [0, 0, 0, 0]
        let mask: [Double] = [1, 1, 1, 0]
        let tensor = try Tensor(p.map(Float.init), [4]).requiresGrad_()
        let first = try Tensor.zeros([4])
        let second = try Tensor.zeros([4])
        for step in 1...10 {
            let slope = (0..<4).map { Double($0 + 1) * 0.3 - Double(step) * 0.1 }
            try (tensor * Tensor(slope.map(Float.init), [4])).sum().backward()
            try adamStep(
                [tensor], first: [first], second: [second],
                masks: [Tensor(mask.map(Float.init), [4])], lr: 0.1, betas: (0.9, 0.999), eps: 1e-8,
                weightDecay: 0.01, step: step)
            try tensor.clearGrad()
            for i in 0..<4 {
                let g = slope[i] * mask[i] + 0.01 * p[i]
                m[i] = 0.9 * m[i] + 0.1 * g
                v[i] = 0.999 * v[i] + 0.001 * g * g
                let top = m[i] / (1 - pow(0.9, step))
                p[i] -= 0.1 * top / ((v[i] / (1 - pow(0.999, step))).squareRoot() + 1e-8)
            }
        }
        let found: [Float] = try noGrad { try tensor.detached().values() }
        for i in 0..<4 { #expect(abs(Double(found[i]) - p[i]) < 1e-4) }
        #expect(found[3] == 0)
    }

    private func pow(_ base: Double, _ exponent: Int) -> Double {
        (0..<exponent).reduce(1) { value, _ in value * base }
    }
}
