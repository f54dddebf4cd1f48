import Foundation

/// The names that a weights file may mention, and all that can happen when it does.
enum PickleCallables {
    /// What a name stands for.
    enum Meaning: Equatable {
        /// Makes a dict, empty or from a list of pairs.
        case dict
        /// (storage, offset, size, stride, ...) makes a tensor.
        case tensor
        /// (tensor, ...) gives that tensor.
        case parameter
        /// (storage, offset, size, stride, gradient, hooks, dtype, ...) makes a tensor of a type that came late.
        case lateTensor
        /// A tensor of another kind, or the class of its storage; see `ForeignTensors`.
        case foreign(String)
        /// (tuple) gives that tuple.
        case size
        /// The class of a storage.
        case storage(HostTensor.DType)
        /// Stands for itself; a call of it is not carried out and gives a placeholder. These come
        /// beside the weights in training checkpoints.
        case inert
    }

    static func meaning(_ name: String) -> Meaning? {
        if let meaning = known[name] { return meaning }
        if let kind = ForeignTensors.kind(name) { return .foreign(kind) }
        if ForeignTensors.inert.contains(name) { return .inert }
        for prefix in ["torch.cuda.", "torch."] where name.hasPrefix(prefix) {
            if let dtype = storages[String(name.dropFirst(prefix.count))] { return .storage(dtype) }
        }
        return nil
    }

    private static let known: [String: Meaning] = [
        "collections.OrderedDict": .dict,
        "torch._utils._rebuild_tensor": .tensor,
        "torch._utils._rebuild_tensor_v2": .tensor,
        "torch._utils._rebuild_tensor_v3": .lateTensor,
        "torch._utils._rebuild_parameter": .parameter,
        "torch._utils._rebuild_parameter_with_state": .parameter,
        "torch.Size": .size,
        "torch.device": .inert, "torch.float32": .inert, "torch.float16": .inert,
        "torch.bfloat16": .inert, "torch.float64": .inert, "torch.int64": .inert,
        "argparse.Namespace": .inert,
        "collections.defaultdict": .inert, "collections.Counter": .inert,
        "collections.deque": .inert, "_codecs.encode": .inert,
        "datetime.datetime": .inert, "datetime.date": .inert, "datetime.timedelta": .inert,
        "pathlib.PosixPath": .inert, "pathlib.PurePosixPath": .inert,
        "pathlib.WindowsPath": .inert, "pathlib.PureWindowsPath": .inert,
        "numpy.dtype": .inert, "numpy.ndarray": .inert,
        "numpy.core.multiarray.scalar": .inert, "numpy._core.multiarray.scalar": .inert,
        "numpy.core.multiarray._reconstruct": .inert,
        "numpy._core.multiarray._reconstruct": .inert,
    ].merging(
        // Python 2 and 3 name the module differently. None of these does anything but hold a value.
        [
            "dict", "set", "frozenset", "list", "tuple", "int", "float", "bool", "str", "bytes",
            "bytearray", "complex", "slice", "range", "object",
        ].flatMap { [("builtins.\($0)", .inert), ("__builtin__.\($0)", .inert)] }
    ) { first, _ in first }

    private static let storages: [String: HostTensor.DType] = [
        "FloatStorage": .float32, "HalfStorage": .float16, "BFloat16Storage": .bfloat16,
        "DoubleStorage": .float64, "LongStorage": .int64, "IntStorage": .int32,
        "ShortStorage": .int16, "CharStorage": .int8, "ByteStorage": .uint8, "BoolStorage": .bool,
    ]
}

extension PickleMachine {
    /// `module.name` when it is on the list.
    ///
    /// - Throws: `FormatError` naming it otherwise.
    func allowed(module: String, name: String) throws -> String {
        let full = module + "." + name
        guard PickleCallables.meaning(full) != nil else {
            throw FormatError(
                file: cursor.file, found: "its pickle calls \(printable(full))",
                expected: "nothing beyond what rebuilds tensors",
                advice: "If you trust its source, save its state dict alone: "
                    + "torch.save(model.state_dict(), path). If not, do not open it in Python: it "
                    + "may run commands.")
        }
        return full
    }

    /// REDUCE: (callable, arguments) gives what the callable stands for.
    mutating func call() throws {
        let arguments = try pop()
        guard let values = heap.sequence(arguments), case .global(let name) = try pop(),
            let meaning = PickleCallables.meaning(name)
        else { throw refusal("its pickle calls something that is not a callable") }
        switch meaning {
        case .dict: push(.dict(heap.make(try dictItems(values))))
        case .tensor: push(try tensor(values))
        case .lateTensor: push(.foreign(ForeignTensors.kind(dtype: values.dropFirst(6).first)))
        case .foreign(let kind): push(.foreign(kind))
        case .parameter: push(try parameter(values))
        case .size:
            guard let first = values.first, heap.sequence(first) != nil else {
                throw refusal("its pickle makes a size of something other than a tuple")
            }
            push(first)
        case .storage: throw refusal("its pickle calls \(name)")
        case .inert: push(.opaque(name))
        }
    }

    /// `OrderedDict()` or, from Python 2, `OrderedDict([[key, value], ...])`, flat.
    private mutating func dictItems(_ arguments: [PickleValue]) throws -> [PickleValue] {
        guard let first = arguments.first else { return [] }
        let items = heap.sequence(first) ?? [.none]
        try charge(items.count)
        return try items.flatMap { item in
            guard let pair = heap.sequence(item), pair.count == 2 else {
                throw refusal("its pickle makes a dict of something other than pairs")
            }
            return pair
        }
    }

    private func parameter(_ arguments: [PickleValue]) throws -> PickleValue {
        switch arguments.first {
        case .tensor(let index): return .tensor(index)
        case .foreign(let kind): return .foreign(kind)
        default: throw refusal("its pickle makes a parameter of something other than a tensor")
        }
    }

    private mutating func tensor(_ arguments: [PickleValue]) throws -> PickleValue {
        if case .foreign(let kind)? = arguments.first { return .foreign(kind) }
        guard arguments.count >= 4, case .storage(let storage) = arguments[0],
            case .integer(let offset) = arguments[1], let shape = integers(arguments[2]),
            let strides = integers(arguments[3])
        else { throw refusal("its pickle rebuilds a tensor from the wrong arguments") }
        try charge(shape.count + strides.count)
        heap.tensors.append(
            PickledTensor(storage: storage, offset: offset, shape: shape, strides: strides))
        return .tensor(heap.tensors.count - 1)
    }

    private func integers(_ value: PickleValue) -> [Int]? {
        guard let items = heap.sequence(value), items.count <= 64 else { return nil }
        let numbers = items.compactMap { item -> Int? in
            guard case .integer(let number) = item else { return nil }
            return number
        }
        return numbers.count == items.count ? numbers : nil
    }

    /// BINPERSID: ('storage', type, key, location, count[, None]) gives the storage of that key.
    mutating func findStorage() throws {
        guard let id = heap.sequence(try pop()), id.count == 5 || id.count == 6,
            id[0] == .text("storage"), case .global(let type) = id[1], case .text(let key) = id[2],
            case .integer(let count) = id[4], count >= 0
        else { throw refusal("its pickle refers to a storage of an unknown kind") }
        if case .foreign(let kind)? = PickleCallables.meaning(type) {
            heap.foreignStorages[key] = kind
            return push(.foreign(kind))
        }
        guard case .storage(let dtype)? = PickleCallables.meaning(type) else {
            throw refusal("its pickle refers to a storage of an unknown kind")
        }
        guard id.count == 5 || id[5] == .none else {
            throw refusal("its pickle refers to a view of a storage, as PyTorch before 0.4 did")
        }
        let storage = PickledStorage(key: key, dtype: dtype, count: count)
        if let known = heap.storageByKey[key] {
            guard heap.storages[known] == storage else {
                throw refusal("its pickle gives the storage \(printable(key)) two types or sizes")
            }
            return push(.storage(known))
        }
        heap.storageByKey[key] = heap.storages.count
        push(.storage(heap.storages.count))
        heap.storages.append(storage)
    }
}
