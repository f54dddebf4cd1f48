import Models
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
/// Operations of convolutions and products are counted, as is usual; those of batch norm, activations,
/// pooling and biases are not. Parameters are all that training changes, batch norm's too.
package struct NetworkCost: Sendable, Equatable, Codable {
    package let layers: [LayerCost]

    package var parameters: Int { layers.map(\.parameters).reduce(0, +) }
    package var nonzeroParameters: Int { layers.map(\.nonzeroParameters).reduce(0, +) }
    package var macs: Int { layers.map(\.macs).reduce(0, +) }
    package var nonzeroMACs: Int { layers.map(\.nonzeroMACs).reduce(0, +) }

    /// Counts a network of any widths for pictures of `height` x `width`.
    ///
    /// - Throws: `NetworkError` when the network cannot take pictures of that size, `PruningError` when
    ///   nobody has such pictures.
    package init(_ model: Model, height: Int, width: Int) throws {
        guard (1...65_536).contains(height), (1...65_536).contains(width) else {
            throw PruningError("a picture of \(width)x\(height): expected sides of 1 to 65536")
        }
        layers = try GraphCost(model.graph, height: height, width: width).layers.map { layer in
            let tensors = try layer.names.map { try model.state.require($0) }
            let nonzero = try tensors.map { try $0.countNonzero() }
            let total = tensors.first?.count ?? 0
            return LayerCost(
                name: layer.name, parameters: layer.parameters,
                nonzeroParameters: nonzero.reduce(0, +), macs: layer.macs,
                nonzeroMACs: total > 0 ? layer.macs / total * (nonzero.first ?? 0) : layer.macs)
        }
    }
}

/// How much smaller and faster a network is than the one it was made from.
///
/// Ratios are original over new (Blalock et al. 2020, What is the state of neural network
/// pruning?): 2 is half the size. The dense ones hold for the tensors as they are stored and run;
/// the others count zeros as free, which masks alone do not make true. A new network of nothing
/// gives infinity.
package struct Savings: Sendable, Equatable, Codable {
    package let original: NetworkCost
    package let new: NetworkCost

    package init(from original: NetworkCost, to new: NetworkCost) {
        self.original = original
        self.new = new
    }

    /// Parameters, zeros included.
    package var compression: Double { Double(original.parameters) / Double(new.parameters) }
    /// Original parameters over those of the new that are not zero.
    package var theoreticalCompression: Double {
        Double(original.parameters) / Double(new.nonzeroParameters)
    }
    /// Multiply-accumulates, zeros included.
    package var speedup: Double { Double(original.macs) / Double(new.macs) }
    /// Original multiply-accumulates over those of the new by a weight that is not zero.
    package var theoreticalSpeedup: Double { Double(original.macs) / Double(new.nonzeroMACs) }
}
