import Formats
import Models

/// The graphs of encoders, decoders and discriminators for square pictures.
///
/// Sides are halved down to 4 to 7 pixels, channels doubled from `width` up to eight times that. Residual blocks with
/// their norms and ReLUs before the convolutions (He et al. 2016, "Identity mappings"), so that what goes past them is
/// never cut off; decoders enlarge by interpolation before convolutions, which leaves no checkerboard (Odena,
/// Dumoulin & Olah 2016).
package struct PictureNetworks {
    package let size: Int
    package let classes: Int
    package let latent: Int
    package let width: Int

    package init(size: Int, classes: Int, _ settings: GeneratorSettings) {
        (self.size, self.classes) = (size, classes)
        (latent, width) = (settings.latent, settings.width)
    }

    /// The full side, and each half of the one before, down to 4 to 7; nil for a side that does not end there.
    static func sides(_ size: Int) -> [Int]? {
        guard (8...256).contains(size) else { return nil }
        var sides = [size]
        while let last = sides.last, last > 7 {
            guard last % 2 == 0 else { return nil }
            sides.append(last / 2)
        }
        return sides
    }

    /// Channels where pictures have this side.
    private func channels(_ side: Int) -> Int { width * min(8, size / side) }

    /// Sides below the full one, largest first.
    private var sides: [Int] { Array((Self.sides(size) ?? [size]).dropFirst()) }
    /// The smallest side.
    private var least: Int { sides.last ?? size }

    /// Pictures with a plane for each class, [N, 3 + classes, size, size], to the mean and the log variance of what
    /// they were drawn from, [N, 2 * latent].
    package func encoder() throws -> Graph {
        var net = GraphBuilder(input: [3 + classes, size, size])
        var x = net.input
        for side in sides {
            let path = "down\(side)"
            x = try net.conv("\(path).conv", x, channels(side), kernel: 3, stride: 2)
            if side > least { x = try net.block("\(path).block", x) }
        }
        x = try net.relu("relu", net.norm("bn", x))
        let flat = try net.node("flatten", "Flatten", [x], ["axis": .int(1)])
        return net.finish(try net.linear("fc", flat, 2 * latent))
    }

    /// Latent numbers and a class, [N, latent + classes], to pictures from -1 to 1, [N, 3, size, size].
    package func decoder() throws -> Graph {
        var net = GraphBuilder(input: [latent + classes])
        let wide = channels(least)
        var x = try net.linear("fc", net.input, wide * least * least)
        x = try net.node(
            "reshape", "Reshape", [x], ["shape": .ints([-1, wide, least, least])])
        for side in sides.reversed().dropFirst() + [size] {
            let path = "up\(side)"
            if net.channels(x) != channels(side) {
                x = try net.conv("\(path).conv", x, channels(side), kernel: 1)
            }
            x = try net.block("\(path).block", net.enlarged("\(path).resize", x))
        }
        x = try net.relu("relu", net.norm("bn", x))
        let picture = try net.conv("picture", x, 3, kernel: 3, bias: true)
        return net.finish(try net.node("tanh", "Tanh", [picture]))
    }

    /// Pictures [N, 3, size, size] to a score for each class, [N, classes]: how much like a real picture of it.
    ///
    /// A score of shared features with a row of weights a class is the projection discriminator (Miyato & Koyama
    /// 2018) with its common row added to each. Each weight is divided by its largest singular value
    /// (`SpectralNorm`).
    package func discriminator() throws -> Graph {
        var net = GraphBuilder(size: size)
        var x = try net.bounded("first", net.input, width, stride: 1)
        x = try net.leaky("first.relu", x)
        for side in sides {
            let path = "down\(side)"
            x = try net.bounded("\(path).conv1", x, channels(side), stride: 2)
            x = try net.leaky("\(path).relu1", x)
            guard side > least else { continue }
            x = try net.bounded("\(path).conv2", x, channels(side), stride: 1)
            x = try net.leaky("\(path).relu2", x)
        }
        let flat = try net.node("flatten", "Flatten", [x], ["axis": .int(1)])
        return net.finish(try net.boundedLinear("fc", flat, classes))
    }
}

extension GraphBuilder {
    /// Two convolutions beside the identity.
    fileprivate mutating func block(_ path: String, _ x: String) throws -> String {
        var y = try relu("\(path).relu1", norm("\(path).bn1", x))
        y = try conv("\(path).conv1", y, channels(x), kernel: 3)
        y = try relu("\(path).relu2", norm("\(path).bn2", y))
        return try add("\(path).add", x, conv("\(path).conv2", y, channels(x), kernel: 3))
    }

    /// Twice the side, bilinear.
    fileprivate mutating func enlarged(_ path: String, _ x: String) throws -> String {
        try node(
            path, "Resize", [x],
            [
                "scales": .floats([1, 1, 2, 2]), "mode": .text("linear"),
                "coordinate_transformation_mode": .text("half_pixel"),
            ])
    }

    fileprivate mutating func leaky(_ path: String, _ x: String) throws -> String {
        try node(path, "LeakyRelu", [x], ["alpha": .float(0.2)])
    }

    /// A 3 x 3 convolution with a spectrally normalised weight.
    fileprivate mutating func bounded(
        _ path: String, _ x: String, _ out: Int, stride: Int
    ) throws -> String {
        let shape = [out, channels(x), 3, 3]
        let weight = try spectrallyNormal(path, shape, bound: 1 / Double(9 * channels(x)))
        let bias = parameter(Parameter("\(path).bias", [out]))
        return try node(
            path, "Conv", [x, weight, bias],
            [
                "kernel_shape": .ints([3, 3]), "strides": .ints([stride, stride]),
                "pads": .ints([1, 1, 1, 1]), "group": .int(1),
            ])
    }

    /// A fully connected layer with a spectrally normalised weight.
    fileprivate mutating func boundedLinear(
        _ path: String, _ x: String, _ out: Int
    ) throws -> String {
        let width = channels(x)
        let weight = try spectrallyNormal(path, [out, width], bound: 1 / Double(width))
        let bias = parameter(Parameter("\(path).bias", [out]))
        return try node(path, "Gemm", [x, weight, bias], ["transB": .int(1)])
    }

    /// weight / sigma, with sigma = u W v of the stored singular vectors (`SpectralNorm` moves them along).
    private mutating func spectrallyNormal(
        _ path: String, _ shape: Shape, bound: Double
    ) throws -> String {
        let names = SpectralNorm.Names(path)
        let rest = shape.dropFirst().reduce(1, *)
        let weight = parameter(
            Parameter(names.weight, shape, initial: .uniform(bound.squareRoot())))
        let u = parameter(
            Parameter(names.u, [1, shape[0]], role: .statistic, initial: .normal(1)))
        let v = parameter(Parameter(names.v, [rest, 1], role: .statistic, initial: .normal(1)))
        let flat = try node("\(path).flat", "Flatten", [weight], ["axis": .int(1)])
        let row = try node("\(path).row", "MatMul", [u, flat])
        let sigma = try node("\(path).sigma", "MatMul", [row, v])
        return try node("\(path).normal", "Div", [weight, sigma])
    }
}
