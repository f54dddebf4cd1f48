import CFaces

/// The output network (Zhang et al. 2016, figure 2): looks at 48 x 48 pixels and finds the landmarks.
struct ONet: BoxNetwork {
    static let side = 48
    static let shapes: [(name: String, shape: [Int])] = [
        ("conv1.weight", [32, 3, 3, 3]), ("conv1.bias", [32]), ("prelu1.weight", [32]),
        ("conv2.weight", [64, 32, 3, 3]), ("conv2.bias", [64]), ("prelu2.weight", [64]),
        ("conv3.weight", [64, 64, 3, 3]), ("conv3.bias", [64]), ("prelu3.weight", [64]),
        ("conv4.weight", [128, 64, 2, 2]), ("conv4.bias", [128]), ("prelu4.weight", [128]),
        ("dense5.weight", [256, 1152]), ("dense5.bias", [256]), ("prelu5.weight", [256]),
        ("dense6_1.weight", [2, 256]), ("dense6_1.bias", [2]),
        ("dense6_2.weight", [4, 256]), ("dense6_2.bias", [4]),
        ("dense6_3.weight", [10, 256]), ("dense6_3.bias", [10]),
    ]

    private let conv1: CascadeLayer
    private let conv2: CascadeLayer
    private let conv3: CascadeLayer
    private let conv4: CascadeLayer
    private let dense5: CascadeLayer
    private let heads: CascadeLayer

    init(_ weights: NetworkWeights) throws {
        conv1 = try CascadeLayer(weights, "conv1", prelu: "prelu1")
        conv2 = try CascadeLayer(weights, "conv2", prelu: "prelu2")
        conv3 = try CascadeLayer(weights, "conv3", prelu: "prelu3")
        conv4 = try CascadeLayer(weights, "conv4", prelu: "prelu4")
        dense5 = try CascadeLayer(weights, "dense5", prelu: "prelu5", order: .flattened(side: 3))
        heads = try CascadeLayer(weights, "dense6_1", "dense6_2", "dense6_3", prelu: nil)
    }

    /// Two logits, four offsets and ten coordinates (five x, then five y) as fractions of the box.
    func callAsFunction(_ maps: BoxMaps, _ kernels: wf_kernels) -> UnsafePointer<Float> {
        let (a, b) = (maps.first, maps.second)
        conv1(maps.input, kernels, into: a)
        a.pool(kernel: 3, keeping: conv1.outputs, kernels, into: b)
        conv2(b, kernels, into: a)
        a.pool(kernel: 3, keeping: conv2.outputs, kernels, into: b)
        conv3(b, kernels, into: a)
        a.pool(kernel: 2, keeping: conv3.outputs, kernels, into: b)
        conv4(b, kernels, into: a)
        dense5(a, kernels, into: b)
        heads(b, kernels, into: a)
        return UnsafePointer(a.row(0))
    }
}
