import Foundation

extension PickledStateDict {
    func isTensor(_ value: PickleValue) -> Bool {
        switch value {
        case .tensor, .foreign: true
        default: false
        }
    }

    func holdsTensors(_ pairs: [(key: PickleValue, value: PickleValue)]) -> Bool {
        pairs.contains { isTensor($0.value) }
    }

    func stateDict(
        in root: PickleValue
    ) throws -> [(key: PickleValue, value: PickleValue)] {
        guard let pairs = heap.pairs(root) else {
            throw wrong("holds \(root.kind)", expected: "a state dict")
        }
        for name in Self.nestingKeys {
            if let inner = pairs.last(where: { $0.key == .text(name) })?.value,
                let nested = heap.pairs(inner)
            {
                return nested
            }
        }
        return try onlyNested(pairs) ?? pairs
    }

    /// The one entry that holds tensors, under whatever name a training script gave it; nil where the tensors lie
    /// in `pairs` itself, or nowhere.
    private func onlyNested(
        _ pairs: [(key: PickleValue, value: PickleValue)]
    ) throws -> [(key: PickleValue, value: PickleValue)]? {
        guard !holdsTensors(pairs) else { return nil }
        let nested = pairs.compactMap { key, value in
            heap.pairs(value).flatMap { holdsTensors($0) ? (key: key, pairs: $0) : nil }
        }
        guard nested.count > 1 else { return nested.first?.pairs }
        let names = nested.prefix(Self.mostNamed).map(\.key.shownAsKey).joined(separator: ", ")
        throw FormatError(
            file: file, found: "holds \(nested.count) state dicts: \(names)", expected: "one",
            advice: "Save the one that is wanted: torch.save(checkpoint[name], path).")
    }
}
