import Networks
import Torch

/// What one layer costs for one picture.
package struct LayerCost: Sendable, Hashable, Codable {
    /// Path of the layer, e.g. `layer1.0.conv1`.
    package let name: String
    /// Trained numbers of the layer, and those that are not zero.
    package let parameters: Int
    package let nonzeroParameters: Int
    /// Multiply-accumulates: for a convolution out * in * k * k * height * width of its output.
    package let macs: Int
    /// The same, had the zero weights cost nothing: what a mask could save at best.
    package let nonzeroMACs: Int
}

/// What a network costs for one picture of a given size.
///
/// Operations of convolutions and the classifier are counted, as is usual; those of batch norm,
/// ReLU, pooling and the classifier's bias are not. Parameters are all that training changes, batch
/// norm's too.
package struct NetworkCost: Sendable, Equatable, Codable {
    package let layers: [LayerCost]

    package var parameters: Int { layers.map(\.parameters).reduce(0, +) }
    package var nonzeroParameters: Int { layers.map(\.nonzeroParameters).reduce(0, +) }
    package var macs: Int { layers.map(\.macs).reduce(0, +) }
    package var nonzeroMACs: Int { layers.map(\.nonzeroMACs).reduce(0, +) }

    /// Counts a network of any widths for pictures of `height` x `width`.
    ///
    /// - Throws: `NetworkError` when a tensor is missing, `PruningError` when a shape or the size
    ///   is not usable.
    package init(
        _ architecture: Architecture, _ state: StateDictionary, height: Int, width: Int
    ) throws {
        guard (1...65_536).contains(height), (1...65_536).contains(width) else {
            throw PruningError("a picture of \(width)x\(height): expected sides of 1 to 65536")
        }
        var walk = CostWalk(state: state, size: (height, width))
        try walk.convolution(architecture.stem)
        walk.size = (Self.output(walk.size.0, 3, 2, 1), Self.output(walk.size.1, 3, 2, 1))
        for block in architecture.blockSites {
            let input = walk.size
            for site in block {
                let main = walk.size
                if site.position == .shortcut { walk.size = input }
                try walk.convolution(site)
                if site.position == .shortcut { walk.size = main }
            }
        }
        try walk.classifier("fc")
        layers = walk.layers
    }

    /// Side of the output of a convolution or pooling.
    static func output(_ side: Int, _ kernel: Int, _ stride: Int, _ padding: Int) -> Int {
        (side + 2 * padding - kernel) / stride + 1
    }
}

/// The way through the network, with the size of the picture as it shrinks.
private struct CostWalk {
    let state: StateDictionary
    var size: (Int, Int)
    var layers: [LayerCost] = []

    mutating func convolution(_ site: ConvolutionSite) throws {
        let weight = try state.require(site.weight)
        let shape = weight.shape
        guard shape.count == 4, shape[2] == shape[3], shape[2] % 2 == 1 else {
            throw PruningError("'\(site.weight)' is \(shape): expected [out, in, k, k], k odd")
        }
        let (kernel, stride) = (shape[2], site.stride)
        size.0 = NetworkCost.output(size.0, kernel, stride, kernel / 2)
        size.1 = NetworkCost.output(size.1, kernel, stride, kernel / 2)
        try add(site.weight, [weight], positions: size.0 * size.1)
        let norm = try ["weight", "bias"].map { try state.require("\(site.norm).\($0)") }
        try add("\(site.norm).weight", norm, positions: 0)
    }

    mutating func classifier(_ path: String) throws {
        let weight = try state.require("\(path).weight")
        let bias = try state.require("\(path).bias")
        try add("\(path).weight", [weight, bias], positions: 1)
    }

    /// Counts one layer whose first tensor is used once at each position.
    private mutating func add(_ name: String, _ tensors: [Tensor], positions: Int) throws {
        let nonzero = try tensors.map { try $0.countNonzero() }
        layers.append(
            LayerCost(
                name: String(name.dropLast(".weight".count)),
                parameters: tensors.map(\.count).reduce(0, +),
                nonzeroParameters: nonzero.reduce(0, +),
                macs: tensors[0].count * positions, nonzeroMACs: nonzero[0] * positions))
    }
}
