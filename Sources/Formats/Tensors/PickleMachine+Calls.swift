import Foundation

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
