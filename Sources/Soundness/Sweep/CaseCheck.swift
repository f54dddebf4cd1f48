import Torch

/// Which code runs the sweep's convolutions.
package enum ConvolutionWay: String, Codable, CaseIterable, Sendable {
    /// What Winnow's networks run.
    case winnow
    /// libtorch's own, whatever it picks: what Winnow would run without its own code.
    case library

    func callAsFunction(_ x: Tensor, _ weight: Tensor, _ shape: ConvolutionCase) throws -> Tensor {
        switch self {
        case .winnow:
            try conv2d(
                x, weight, stride: shape.stride, padding: shape.padding, groups: shape.groups)
        case .library:
            try libraryConv2d(
                x, weight, stride: shape.stride, padding: shape.padding, groups: shape.groups)
        }
    }
}

/// What one case came to.
package struct CaseOutcome: Codable, Sendable {
    /// Largest differences from float64, as shares of the largest exact value: output, gradient of the
    /// input, gradient of the weights. Infinite where something was not a number.
    package let errors: [Double]
    /// Whether a second run gave the same bytes.
    package let repeats: Bool

    /// Rounding stays far below (1e-6; Winograd's larger tiles 1e-5); what was wrong was off by 0.2 to 1.
    package static let tolerance = 1e-4

    package var isRight: Bool { errors.allSatisfy { $0 <= Self.tolerance } && repeats }
}

/// One case: the output and both gradients against float64, and against themselves repeated.
enum CaseCheck {
    /// - Throws: `TorchError` when libtorch refuses the shape.
    static func outcome(_ shape: ConvolutionCase, _ way: ConvolutionWay) throws -> CaseOutcome {
        Runtime.threads = shape.threads
        let generator = try Generator(seed: 11)
        let x = try Tensor.randn(shape.inputShape, generator)
        let weight = try Tensor.randn(shape.weightShape, generator)
        let up = try Tensor.randn(shape.outputShape, generator)
        let exact = try results(
            [x, weight, up].map { try $0.to(dtype: .float64) }, shape, .library)
        let inputs = try [x, weight, up].map { shape.isChannelsLast ? try $0.channelsLast() : $0 }
        let first = try results(inputs, shape, way)
        try poison(shape)
        let second = try results(inputs, shape, way)
        return CaseOutcome(
            errors: try zip(first, exact).map(difference),
            repeats: try zip(first, second).allSatisfy { try $0.isBitwiseEqual(to: $1) })
    }

    /// Output, gradient of x, gradient of the weights, for `inputs` x, weights and the output's gradient.
    private static func results(
        _ inputs: [Tensor], _ shape: ConvolutionCase, _ way: ConvolutionWay
    ) throws -> [Tensor] {
        let x = try inputs[0].detached().requiresGrad_()
        let weight = try inputs[1].detached().requiresGrad_()
        let y = try way(x, weight, shape)
        try (y * inputs[2]).sum().backward()
        guard let dx = x.grad, let dw = weight.grad else {
            throw TorchError(operation: "conv2d", message: "no gradient arrived")
        }
        return [try y.detached(), dx, dw]
    }

    /// Leaves not-a-numbers in the memory that the next results will be given, so that what is read
    /// before it was written shows.
    private static func poison(_ shape: ConvolutionCase) throws {
        for sizes in [shape.inputShape, shape.weightShape, shape.outputShape] {
            let used = try (0..<3).map { _ in try Tensor.full(sizes, .nan) }
            withExtendedLifetime(used) {}
        }
    }

    private static func difference(_ found: Tensor, _ exact: Tensor) throws -> Double {
        guard found.shape == exact.shape else { return .infinity }
        let scale = try largest(exact)
        // A not-a-number is the largest of all to `argmax`.
        let worst = try largest(found.to(dtype: .float64) - exact)
        guard worst.isFinite else { return .infinity }
        return scale > 0 ? worst / scale : worst
    }

    /// The largest absolute value.
    private static func largest(_ values: Tensor) throws -> Double {
        let sizes = try values.abs().reshaped([values.count])
        return try sizes.narrow(dim: 0, start: Int(sizes.argmax(dim: 0).item()), length: 1).item()
    }
}
