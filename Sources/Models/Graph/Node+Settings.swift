import Formats

/// Settings of a node, by type; a wrong one is an error that names the node.
extension Node {
    /// `'conv1' (Conv)`, for messages.
    package var shown: String {
        "'\(name.isEmpty ? outputs.first ?? "" : name)' (\(type))"
    }

    package func problem(_ text: String) -> NetworkError { NetworkError("node \(shown): \(text)") }

    package func int(_ key: String, _ fallback: Int) throws -> Int {
        guard let value = attributes[key] else { return fallback }
        switch value {
        case .int(let number): return number
        case .ints(let numbers) where numbers.count == 1: return numbers[0]
        default: throw problem("its setting '\(key)' is \(value); expected a whole number")
        }
    }

    package func flag(_ key: String) throws -> Bool { try int(key, 0) != 0 }

    /// A number as it was written: a file's 1e-5 is 0.00001, not the float32 nearest to it.
    package func float(_ key: String, _ fallback: Double) throws -> Double {
        guard let value = attributes[key] else { return fallback }
        switch value {
        case .float(let number): return number.asWritten
        case .floats(let numbers) where numbers.count == 1: return numbers[0].asWritten
        case .int(let number): return Double(number)
        case .ints(let numbers) where numbers.count == 1: return Double(numbers[0])
        default: throw problem("its setting '\(key)' is \(value); expected a number")
        }
    }

    package func text(_ key: String, _ fallback: String) throws -> String {
        guard let value = attributes[key] else { return fallback }
        guard case .text(let text) = value else {
            throw problem("its setting '\(key)' is \(value); expected text")
        }
        return text
    }

    /// Whole numbers, or nil where the setting is missing.
    package func ints(_ key: String) throws -> [Int]? {
        guard let value = attributes[key] else { return nil }
        switch value {
        case .ints(let numbers): return numbers
        case .int(let number): return [number]
        default: throw problem("its setting '\(key)' is \(value); expected whole numbers")
        }
    }

    package func floats(_ key: String) throws -> [Double]? {
        guard let value = attributes[key] else { return nil }
        switch value {
        case .floats(let numbers): return numbers.map(Double.init)
        case .float(let number): return [Double(number)]
        default: throw problem("its setting '\(key)' is \(value); expected numbers")
        }
    }

    package func require(_ key: String) throws -> [Int] {
        guard let numbers = try ints(key) else { throw problem("it has no setting '\(key)'") }
        return numbers
    }

    /// An axis counted from the front, where it may be given from the back.
    package func axis(_ axis: Int, rank: Int) throws -> Int {
        guard (-rank..<rank).contains(axis) else {
            throw problem("axis \(axis) of a tensor with \(rank) dimensions")
        }
        return axis < 0 ? axis + rank : axis
    }

    package func axes(_ key: String, rank: Int) throws -> [Int]? {
        try ints(key)?.map { try axis($0, rank: rank) }
    }
}

extension Attribute {
    /// A constant tensor as the setting it stands for: a number, a row of numbers, or the tensor.
    init(setting tensor: HostTensor) {
        let integers = tensor.integers()
        switch (tensor.shape.count, integers) {
        case (0, let integers?): self = .int(integers[0])
        case (1, let integers?): self = .ints(integers)
        case (0, nil): self = .float(tensor.floats()[0])
        case (1, nil): self = .floats(tensor.floats())
        default: self = .tensor(tensor)
        }
    }

    /// The constant tensor that ONNX wants for a setting.
    var tensor: HostTensor? {
        switch self {
        case .int(let number): HostTensor([Int64(number)], shape: [])
        case .ints(let numbers): HostTensor(numbers.map(Int64.init), shape: [numbers.count])
        case .float(let number): HostTensor([number], shape: [])
        case .floats(let numbers): HostTensor(numbers, shape: [numbers.count])
        case .tensor(let tensor): tensor
        case .text, .texts: nil
        }
    }
}

extension Float {
    /// The number of the fewest digits that this float32 is the nearest to.
    fileprivate var asWritten: Double { Double(description) ?? Double(self) }
}
