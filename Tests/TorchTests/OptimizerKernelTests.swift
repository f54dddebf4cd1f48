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
