import Foundation

/// A value on the pickle machine's stack.
///
/// Containers are handles into the machine's heap rather than nested values, so a hostile pickle
/// can neither build a cycle that leaks nor a nesting that overflows the stack when it is released.
enum PickleValue: Equatable {
    case none
    case bool(Bool)
    case integer(Int)
    /// An integer of more than 8 bytes, little-endian two's complement.
    case bigInteger([UInt8])
    case float(Double)
    case text(String)
    /// Raw bytes, whose content no state dict needs.
    case bytes
    /// A whitelisted name, `module.name`.
    case global(String)
    /// What an inert callable would have made; it was not made.
    case opaque(String)
    /// A tensor, or the storage of one, of a kind that holds no weights Winnow reads: its kind, as in "a sparse
    /// tensor".
    case foreign(String)
    /// Handles into `PickleHeap.items`; a dict's keys and values alternate.
    case tuple(Int), list(Int), dict(Int)
    /// An index into `PickleHeap.storages` or `.tensors`.
    case storage(Int), tensor(Int)

    /// What a message calls it.
    var kind: String {
        switch self {
        case .none: "None"
        case .bool: "a bool"
        case .integer, .bigInteger: "an integer"
        case .float: "a float"
        case .text: "a string"
        case .bytes: "bytes"
        case .global(let name): "the name \(printable(name))"
        case .opaque(let name): "a \(printable(name))"
        case .foreign(let kind): "a \(kind) tensor"
        case .tuple: "a tuple"
        case .list: "a list"
        case .dict: "a dict"
        case .storage: "a storage"
        case .tensor: "a tensor"
        }
    }
}

extension PickleValue {
    /// How a message names it as the key of an entry.
    var shownAsKey: String {
        if case .text(let text) = self { return "'\(printable(text))'" }
        return kind
    }
}

/// A run of numbers that the file keeps under `key`; several tensors may view one.
struct PickledStorage: Equatable {
    let key: String
    let dtype: HostTensor.DType
    /// The number of elements.
    let count: Int
}

/// A view of a storage: PyTorch's (storage, offset, size, stride), counted in elements.
struct PickledTensor: Equatable {
    let storage: Int
    let offset: Int
    let shape: [Int]
    let strides: [Int]
}

/// Everything that one file's pickles have made.
struct PickleHeap {
    var items: [[PickleValue]] = []
    var storages: [PickledStorage] = []
    var tensors: [PickledTensor] = []
    var storageByKey: [String: Int] = [:]
    /// The kinds of storages that are not read, by key.
    var foreignStorages: [String: String] = [:]

    /// The handle of a new container.
    mutating func make(_ contents: [PickleValue]) -> Int {
        items.append(contents)
        return items.count - 1
    }

    /// The contents of a tuple or list.
    func sequence(_ value: PickleValue) -> [PickleValue]? {
        switch value {
        case .tuple(let handle), .list(let handle): items[handle]
        default: nil
        }
    }

    /// The keys and values of a dict.
    func pairs(_ value: PickleValue) -> [(key: PickleValue, value: PickleValue)]? {
        guard case .dict(let handle) = value else { return nil }
        let flat = items[handle]
        return stride(from: 0, to: flat.count - flat.count % 2, by: 2).map {
            (flat[$0], flat[$0 + 1])
        }
    }
}
