import CFaces

/// The refinement network (Zhang et al. 2016, figure 2): looks at 24 x 24 pixels.
struct RNet: BoxNetwork {
    static let side = 24
    static let shapes: [(name: String, shape: [Int])] = [
        ("conv1.weight", [28, 3, 3, 3]), ("conv1.bias", [28]), ("prelu1.weight", [28]),
        ("conv2.weight", [48, 28, 3, 3]), ("conv2.bias", [48]), ("prelu2.weight", [48]),
        ("conv3.weight", [64, 48, 2, 2]), ("conv3.bias", [64]), ("prelu3.weight", [64]),
        ("dense4.weight", [128, 576]), ("dense4.bias", [128]), ("prelu4.weight", [128]),
        ("dense5_1.weight", [2, 128]), ("dense5_1.bias", [2]),
        ("dense5_2.weight", [4, 128]), ("dense5_2.bias", [4]),
    ]

    private let conv1: CascadeLayer
    private let conv2: CascadeLayer
    private let conv3: CascadeLayer
    private let dense4: CascadeLayer
    private let heads: CascadeLayer

    init(_ weights: NetworkWeights) throws {
        conv1 = try CascadeLayer(weights, "conv1", prelu: "prelu1")
        conv2 = try CascadeLayer(weights, "conv2", prelu: "prelu2")
        conv3 = try CascadeLayer(weights, "conv3", prelu: "prelu3")
        dense4 = try CascadeLayer(weights, "dense4", prelu: "prelu4", order: .flattened(side: 3))
        heads = try CascadeLayer(weights, "dense5_1", "dense5_2", prelu: nil)
    }

    /// Logits of no face and face, then four offsets.
    func callAsFunction(_ maps: BoxMaps, _ kernels: wf_kernels) -> UnsafePointer<Float> {
        let (a, b) = (maps.first, maps.second)
        conv1(maps.input, kernels, into: a)
        a.pool(kernel: 3, keeping: conv1.outputs, kernels, into: b)
        conv2(b, kernels, into: a)
        a.pool(kernel: 3, keeping: conv2.outputs, kernels, into: b)
        conv3(b, kernels, into: a)
        dense4(a, kernels, into: b)
        heads(b, kernels, into: a)
        return UnsafePointer(a.row(0))
    }
}
