import Torch

extension Operator {
    /// Poolings and changes of the picture's size, over [N, C, H, W].
    static let poolings = [
        Operator(
            name: "MaxPool", shape: pooledShape, couple: { try $1.same($0) },
            flow: .moved,
            run: { call in
                let x = try call(0)
                let kernel = try call.node.require("kernel_shape")
                let window = try WindowSetting(call.node, kernel: kernel, input: x.shape)
                let y = try window.padded(x, value: -.infinity)
                return [
                    try maxPool(y, kernel: kernel, window: window.window, ceilMode: window.ceil)
                ]
            }),
        Operator(
            name: "AveragePool", shape: pooledShape, couple: { try $1.same($0) },
            flow: .moved,
            run: { call in
                let x = try call(0)
                let kernel = try call.node.require("kernel_shape")
                let window = try WindowSetting(call.node, kernel: kernel, input: x.shape)
                let counted = try call.node.flag("count_include_pad")
                guard window.window.dilation == [1, 1], window.extra == nil || counted else {
                    throw call.node.problem(
                        "average pooling with dilation, or with uneven padding that is not counted, "
                            + "is not supported")
                }
                return [
                    try averagePool(
                        window.padded(x), kernel: kernel, window: window.window,
                        ceilMode: window.ceil, countPadding: counted)
                ]
            }),
        global("GlobalAveragePool", .mean),
        global("GlobalMaxPool", .maximum),
        Operator(
            name: "DepthToSpace",
            shape: { call in
                let (x, block) = (try call.first(rank: 4), try call.node.int("blocksize", 1))
                guard block > 0, x[1] % (block * block) == 0 else {
                    throw call.node.problem("blocks of \(block) from \(x[1]) channels")
                }
                return [[x[0], x[1] / (block * block), x[2] * block, x[3] * block]]
            },
            couple: { node, coupling in
                let ids = try coupling.vector(node.inputs[0], dim: 1)
                let block = try node.int("blocksize", 1) * node.int("blocksize", 1)
                let crd = try node.text("mode", "DCR") == "CRD"
                let count = ids.count / block
                let out = (0..<count).map { crd ? ids[$0 * block] : ids[$0] }
                for (place, id) in ids.enumerated() {
                    coupling.join(id, out[crd ? place / block : place % count])
                }
                coupling.set(node.outputs[0], Labels(rank: 4, dim: 1, ids: out))
            },
            flow: .moved,
            run: { call in
                let (x, block) = (try call(0), try call.node.int("blocksize", 1))
                if try call.node.text("mode", "DCR") == "CRD" {
                    return [try pixelShuffle(x, factor: block)]
                }
                let s = x.shape
                let channels = s[1] / (block * block)
                return [
                    try x.reshaped([s[0], block, block, channels, s[2], s[3]])
                        .permuted([0, 3, 4, 1, 5, 2])
                        .reshaped([s[0], channels, s[2] * block, s[3] * block])
                ]
            }),
        Operator(
            name: "Resize", settings: [1: "roi", 2: "scales", 3: "sizes"],
            shape: { [try resized($0.node, $0.first(rank: 4))] },
            couple: { try $1.same($0) },
            flow: .moved,
            run: { call in
                let x = try call(0)
                let size = try resized(call.node, x.shape)
                let (mode, corners) = try resizeMode(call.node)
                return [
                    try resize(
                        x, height: size[2], width: size[3], mode: mode, alignCorners: corners)
                ]
            }),
    ]

    @Sendable private static func pooledShape(_ call: ShapeCall) throws -> [Shape] {
        let x = try call.first(rank: 4)
        let kernel = try call.node.require("kernel_shape")
        let window = try WindowSetting(call.node, kernel: kernel, input: x)
        return [Array(x[..<2]) + (try window.output(x))]
    }

    private static func global(_ name: String, _ function: ReduceFunction) -> Operator {
        Operator(
            name: name,
            shape: { call in
                let x = try call(0)
                return [Array(x[..<2]) + x.dropFirst(2).map { _ in 1 }]
            },
            couple: { node, coupling in
                try coupling.mixing(
                    node, dims: Array(2..<coupling.shape(node.inputs[0]).count))
                try coupling.same(node)
            },
            flow: .moved,
            run: { call in
                let x = try call(0)
                return [try x.reduced(function, over: Array(2..<x.rank), keepDim: true)]
            })
    }

    /// The shape after a Resize, from its sizes or scales.
    private static func resized(_ node: Node, _ x: Shape) throws -> Shape {
        if let sizes = try node.ints("sizes"), sizes.count == 4 {
            return [x[0], x[1]] + sizes[2...]
        }
        guard let scales = try node.floats("scales"), scales.count == 4, scales[0] == 1,
            scales[1] == 1
        else { throw node.problem("expected sizes or scales of height and width") }
        return [x[0], x[1], Int(Double(x[2]) * scales[2]), Int(Double(x[3]) * scales[3])]
    }

    /// The ways of resizing that PyTorch has too.
    private static func resizeMode(_ node: Node) throws -> (ResizeMode, Bool) {
        let mode = try node.text("mode", "nearest")
        let place = try node.text("coordinate_transformation_mode", "half_pixel")
        let nearest = try node.text("nearest_mode", "round_prefer_floor")
        switch (mode, place, nearest) {
        case ("nearest", "asymmetric", "floor"): return (.nearest, false)
        case ("linear", "half_pixel", _), ("linear", "pytorch_half_pixel", _):
            return (.bilinear, false)
        case ("linear", "align_corners", _): return (.bilinear, true)
        case ("cubic", "half_pixel", _), ("cubic", "pytorch_half_pixel", _):
            guard try node.float("cubic_coeff_a", -0.75) == -0.75 else { break }
            return (.bicubic, false)
        case ("cubic", "align_corners", _): return (.bicubic, true)
        default: break
        }
        throw node.problem(
            "resizing \(mode) with \(place) (\(nearest)) is not supported; expected what PyTorch's "
                + "interpolate writes: nearest asymmetric floor, linear or cubic half_pixel or "
                + "align_corners")
    }
}
