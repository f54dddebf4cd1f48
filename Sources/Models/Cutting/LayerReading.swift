import Torch

/// What pictures do to one channel of a value.
enum ChannelFact: Equatable {
    /// Every element is zero, whatever the picture.
    case zero
    /// Every element is this number, whatever the picture.
    case constant(Float)
    case varying

    /// The facts of each entry along one dimension.
    static func facts(_ elements: ConstantFlow.Elements, dim: Int) throws -> [ChannelFact] {
        try noGrad {
            let value = elements.value
            let others = (0..<value.rank).filter { $0 != dim }
            func along(_ tensor: Tensor, _ function: ReduceFunction) throws -> [Float] {
                try tensor.reduced(function, over: others, keepDim: false).values()
            }
            let (low, high) = (try along(value, .minimum), try along(value, .maximum))
            let varies = try elements.varies.map { try along($0, .maximum) }
            return low.indices.map { entry in
                if let varies, varies[entry] > 0 { return .varying }
                if low[entry] == 0, high[entry] == 0 { return .zero }
                // Sums in another order differ by rounding.
                let spread = high[entry] - low[entry]
                let isOne = spread <= 1e-6 * max(abs(low[entry]), abs(high[entry]))
                return isOne ? .constant((low[entry] + high[entry]) / 2) : .varying
            }
        }
    }
}

/// A convolution's or product's input, channel by channel.
struct LayerReading {
    /// For each entry of the input, its channel; nil where it belongs to none that can go.
    let channels: [(group: Int, channel: Int)?]
    /// Whether any weight of the entry is not zero.
    let isRead: [Bool]
    let inputs: [ChannelFact]
    /// Whether zeros are read beside the picture.
    let isPadded: Bool

    /// nil where the input's channels are the output's: nothing is added up over them.
    init?(_ node: Node, _ flow: ConstantFlow, _ groups: ChannelGroups) throws {
        let (input, weight) = (try flow(node.inputs[0]), try flow(node.inputs[1]).value)
        let place = try WeightDims(node)
        let dim = place.channels(rank: input.value.rank)
        let count = input.value.shape[dim]
        let size = weight.shape[place.inner]
        let parts = count / max(1, size)
        if parts > 1, size == 1 { return nil }
        let ids = groups.coupling.lines(node.inputs[1]).first { $0.dim == place.inner }?.ids ?? []
        guard ids.count == size else { return nil }
        channels = (0..<count).map { groups.channels[groups.coupling.root(ids[$0 % size])] }
        let others = (0..<weight.rank).filter { $0 != place.inner }
        var isRead: [Bool] = []
        let rows = weight.shape[0] / parts
        for part in 0..<parts {
            let own =
                try parts == 1
                ? weight : weight.narrow(dim: 0, start: part * rows, length: rows)
            let largest: [Float] = try noGrad {
                try own.abs().reduced(.maximum, over: others, keepDim: false).values()
            }
            isRead += largest.map { $0 != 0 }
        }
        self.isRead = isRead
        inputs = try ChannelFact.facts(input, dim: dim)
        isPadded = place.isPadded
    }
}

/// Which dimension of a layer's weight is its input's, and which of the input has the channels.
struct WeightDims {
    let inner: Int
    /// Whether an output at the edge reads fewer of the picture than one in the middle.
    let isPadded: Bool
    private let isPicture: Bool

    init(_ node: Node) throws {
        switch node.type {
        case "Conv":
            inner = 1
            let automatic = try node.text("auto_pad", "NOTSET").hasPrefix("SAME")
            isPadded = try automatic || (node.ints("pads") ?? []).contains { $0 != 0 }
        case "ConvTranspose": (inner, isPadded) = (0, true)
        case "Gemm": (inner, isPadded) = (try node.flag("transB") ? 1 : 0, false)
        default: (inner, isPadded) = (0, false)
        }
        isPicture = node.type.hasPrefix("Conv")
    }

    /// The dimension of the input that has the channels.
    func channels(rank: Int) -> Int { isPicture ? 1 : rank - 1 }
}
