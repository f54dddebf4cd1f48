import Torch

/// A window that goes over height and width: what Conv and the poolings share.
struct WindowSetting {
    let kernel: [Int]
    /// Padding that is the same on both sides, as libtorch takes it.
    let window: Window
    /// What ONNX pads beside that: [left, right, top, bottom], or nil.
    let extra: [Int]?
    let ceil: Bool

    /// Reads the settings of a node over an input [N, C, H, W].
    init(_ node: Node, kernel: [Int], input: Shape) throws {
        self.kernel = kernel
        let strides = try node.ints("strides") ?? [1, 1]
        let dilations = try node.ints("dilations") ?? [1, 1]
        ceil = try node.flag("ceil_mode")
        guard kernel.count == 2, strides.count == 2, dilations.count == 2, input.count == 4,
            (kernel + strides + dilations).allSatisfy({ (1...65_536).contains($0) })
        else {
            throw node.problem(
                "a window of \(kernel), strides \(strides), dilations \(dilations) over \(input); "
                    + "Winnow takes pictures: two sides, numbers from 1")
        }
        let pads = try Self.pads(node, kernel, strides, dilations, input)
        guard pads.count == 4, pads.allSatisfy({ (0...65_536).contains($0) }) else {
            throw node.problem("padding \(pads); expected four numbers from 0")
        }
        let even = pads[0] == pads[2] && pads[1] == pads[3]
        window = Window(
            stride: strides, padding: even ? [pads[0], pads[1]] : [0, 0], dilation: dilations)
        extra = even ? nil : [pads[1], pads[3], pads[0], pads[2]]
    }

    /// [top, left, bottom, right].
    private static func pads(
        _ node: Node, _ kernel: [Int], _ strides: [Int], _ dilations: [Int], _ input: Shape
    ) throws -> [Int] {
        let mode = try node.text("auto_pad", "NOTSET")
        switch mode {
        case "NOTSET": return try node.ints("pads") ?? [0, 0, 0, 0]
        case "VALID": return [0, 0, 0, 0]
        case "SAME_UPPER", "SAME_LOWER":
            let totals = (0..<2).map { side -> Int in
                let size = input[2 + side]
                let out = (size + strides[side] - 1) / strides[side]
                return max(
                    0, (out - 1) * strides[side] + dilations[side] * (kernel[side] - 1) + 1 - size)
            }
            let small = totals.map { $0 / 2 }
            let large = zip(totals, small).map { $0 - $1 }
            return mode == "SAME_UPPER" ? small + large : large + small
        default: throw node.problem("the padding '\(mode)' is unknown")
        }
    }

    /// Height and width of the output.
    func output(_ x: Shape) throws -> [Int] {
        let added = extra.map { [$0[2] + $0[3], $0[0] + $0[1]] } ?? [0, 0]
        return try (0..<2).map { side in
            let span = window.dilation[side] * (kernel[side] - 1) + 1
            let room = x[2 + side] + 2 * window.padding[side] + added[side] - span
            guard room >= 0 else {
                throw NetworkError(
                    "a window of \(span) does not fit into \(x[2 + side]) pixels: the picture is "
                        + "too small for this network")
            }
            let step = window.stride[side]
            guard ceil else { return room / step + 1 }
            let steps = (room + step - 1) / step
            // As PyTorch: the last window starts inside the picture or its left padding.
            let start = steps * step
            let inside =
                start < x[2 + side] + window.padding[side] + (extra.map { _ in added[side] } ?? 0)
            return inside ? steps + 1 : steps
        }
    }

    /// The input with the padding that is not the same on both sides.
    func padded(_ x: Tensor, value: Double = 0) throws -> Tensor {
        guard let extra else { return x }
        return try pad(x, extra, value: value)
    }

    /// Stride and padding where both sides have the same, and there is no dilation.
    var square: (stride: Int, padding: Int)? {
        guard window.stride[0] == window.stride[1], window.padding[0] == window.padding[1],
            window.dilation == [1, 1]
        else { return nil }
        return (window.stride[0], window.padding[0])
    }

    /// A square window with the same stride and padding both ways, whatever the picture's size; nil for others.
    static func square(of node: Node, input: Shape) throws -> SquareWindow? {
        let mode = try node.text("auto_pad", "NOTSET")
        let setting = try WindowSetting(
            node, kernel: node.require("kernel_shape"), input: input)
        guard !mode.hasPrefix("SAME"), setting.extra == nil, !setting.ceil,
            setting.kernel[0] == setting.kernel[1], let both = setting.square
        else { return nil }
        return SquareWindow(
            kernel: setting.kernel[0], stride: both.stride, padding: both.padding)
    }
}

/// A square window with the same stride and padding both ways, as `maxPool2d` takes it.
struct SquareWindow {
    let kernel: Int
    let stride: Int
    let padding: Int
}
