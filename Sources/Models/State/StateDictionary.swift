import Torch

/// Names and tensors in order: parameters and buffers, as PyTorch's `state_dict()`.
package struct StateDictionary {
    /// Names in the network's own order.
    package private(set) var names: [String] = []
    private var tensors: [String: Tensor] = [:]

    package init() {}

    package init(_ entries: [(String, Tensor)]) {
        for (name, tensor) in entries { self[name] = tensor }
    }

    /// The tensor with a name; setting nil removes it, setting a new name appends it.
    package subscript(name: String) -> Tensor? {
        get { tensors[name] }
        set {
            if newValue == nil { names.removeAll { $0 == name } }
            if newValue != nil, tensors[name] == nil { names.append(name) }
            tensors[name] = newValue
        }
    }

    /// Names and tensors in order.
    package var entries: [(name: String, tensor: Tensor)] {
        names.compactMap { name in tensors[name].map { (name, $0) } }
    }

    /// The tensor with a name, or an error that says what is there instead.
    package func require(_ name: String) throws -> Tensor {
        if let tensor = tensors[name] { return tensor }
        throw NetworkError(
            "no tensor named '\(name)' among \(names.count) (the first: \(names.first ?? "none"))")
    }

    /// A deep copy: new memory, outside the gradient.
    package func copied() throws -> StateDictionary {
        try noGrad {
            try StateDictionary(entries.map { ($0.name, try $0.tensor.detached().clone()) })
        }
    }

    /// Refuses NaN and infinite values, which nothing that is read may hold.
    ///
    /// - Parameter names: of what is looked at; all where nil.
    /// - Throws: `NetworkError` that names the first tensor with one.
    package func requireFinite(_ names: Set<String>? = nil) throws {
        for (name, tensor) in entries where names?.contains(name) ?? true {
            if try !tensor.isAllFinite() {
                throw NetworkError("\(name) holds NaN or infinite values")
            }
        }
    }

    /// Whether both have the same names in the same order, with the same bits.
    package func isBitwiseEqual(to other: StateDictionary) throws -> Bool {
        guard names == other.names else { return false }
        return try names.allSatisfy { name in
            guard let a = tensors[name], let b = other.tensors[name] else { return false }
            return try a.isBitwiseEqual(to: b)
        }
    }
}

extension StateDictionary {
    /// Copies on a device, convolutions in channels-last order.
    package func placed(on device: Device) throws -> StateDictionary {
        try noGrad {
            try StateDictionary(
                entries.map { name, tensor in
                    let copy = try tensor.detached().clone().to(device: device)
                    return (name, copy.rank == 4 ? try copy.channelsLast() : copy)
                })
        }
    }
}

/// What is wrong with a network or the weights given to it.
package struct NetworkError: Error, CustomStringConvertible, Equatable {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
