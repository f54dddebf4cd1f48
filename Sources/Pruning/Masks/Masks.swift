import Models
import Torch

/// Parameter name -> 0/1 tensor, in order: what is kept of a network.
///
/// A value without tensors, so that it can be compared, sent to another thread and written to a
/// file. A parameter without an entry is kept whole.
package struct Masks: Sendable, Equatable {
    /// The masks in order.
    package let layers: [LayerMask]
    private let positions: [String: Int]

    /// - Throws: `PruningError` when two masks have the same name.
    package init(_ layers: [LayerMask]) throws {
        self.layers = layers
        positions = try Dictionary(zip(layers.map(\.name), layers.indices)) { first, _ in
            throw PruningError("two masks for '\(layers[first].name)'")
        }
    }

    /// The mask of a parameter; nil when it is kept whole.
    package subscript(name: String) -> LayerMask? {
        positions[name].map { layers[$0] }
    }

    /// Kept and total over all weights of the masked convolutions: the density that is quoted.
    package var density: Density { density(of: .convolution) }

    /// Kept and total over all masked tensors of a role.
    package func density(of role: LayerMask.Role) -> Density {
        layers.filter { $0.role == role }.map(\.density).reduce(Density(kept: 0, total: 0), +)
    }

    /// What both keep; a parameter that only one masks has that one's mask.
    ///
    /// - Throws: `PruningError` when two masks of one name differ in shape.
    package func intersection(_ other: Masks) throws -> Masks {
        let common = try layers.map { layer in
            try other[layer.name].map(layer.intersection) ?? layer
        }
        return try Masks(common + other.layers.filter { self[$0.name] == nil })
    }
}

extension Masks {
    /// The masks as float32 tensors by parameter name: what a checkpoint stores and an optimiser is
    /// given.
    package func tensors() throws -> StateDictionary {
        try StateDictionary(
            layers.map { layer in
                let bytes = try Tensor(bytes: layer.bytes, shape: layer.shape, dtype: .uint8)
                return (layer.name, try bytes.to(dtype: .float32))
            })
    }

    /// Reads back what `tensors` gave, from any file.
    ///
    /// - Throws: `PruningError` for a value other than 0 and 1, or a type that holds no mask.
    package init(tensors: StateDictionary) throws {
        try self.init(
            tensors.entries.map { name, tensor in
                try LayerMask(name: name, shape: tensor.shape, bytes: Self.bytes(of: tensor, name))
            })
    }

    private static func bytes(of tensor: Tensor, _ name: String) throws -> [UInt8] {
        switch tensor.dtype {
        case .uint8, .bool: return try tensor.bytes()
        case .float32:
            // Anything but 0 and 1, NaN too, becomes a value that LayerMask refuses.
            return try tensor.values(Float.self).map { $0 == 0 ? 0 : $0 == 1 ? 1 : 2 }
        default:
            throw PruningError(
                "mask of '\(name)': expected uint8 or float32, found \(tensor.dtype)")
        }
    }
}

extension Model {
    /// The masks of the file; nil when nothing was pruned.
    ///
    /// - Throws: `PruningError` for a value other than 0 and 1.
    package func pruningMasks() throws -> Masks? {
        try masks.names.isEmpty ? nil : Masks(tensors: masks)
    }
}
