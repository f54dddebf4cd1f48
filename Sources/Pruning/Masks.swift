import Torch

/// Parameter name -> 0/1 tensor, in order: what is kept of a network.
///
/// A value without tensors, so that it can be compared, sent to another thread and written to a file. A
/// parameter without an entry is kept whole.
package struct Masks: Sendable, Equatable {
    /// What `entries` puts before a parameter's name.
    package static let prefix = "mask."

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
    /// The masks as uint8 tensors named `mask.<parameter>`, ready for a file.
    package func entries() throws -> [(name: String, tensor: Tensor)] {
        try layers.map {
            (Self.prefix + $0.name, try Tensor(bytes: $0.bytes, shape: $0.shape, dtype: .uint8))
        }
    }

    /// Reads back what `entries` gave.
    ///
    /// - Throws: `PruningError` for a name without `mask.`, a type other than uint8 or bool, a value other
    ///   than 0 and 1, or a repeated name.
    package init(entries: [(name: String, tensor: Tensor)]) throws {
        try self.init(
            entries.map { entry in
                guard entry.name.hasPrefix(Self.prefix) else {
                    throw PruningError(
                        "'\(entry.name)' is no mask: expected a name that starts with 'mask.'")
                }
                guard [.uint8, .bool].contains(entry.tensor.dtype) else {
                    throw PruningError(
                        "'\(entry.name)': expected uint8, found \(entry.tensor.dtype)")
                }
                return try LayerMask(
                    name: String(entry.name.dropFirst(Self.prefix.count)),
                    shape: entry.tensor.shape, bytes: entry.tensor.bytes())
            })
    }
}
