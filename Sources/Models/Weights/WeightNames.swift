import Formats

/// A file's tensors under the names of a network's parameters, whatever the file was wrapped in.
///
/// `DataParallel` puts `module.` before each name, `torch.compile` `_orig_mod.`, training programs `model.`,
/// `backbone.` or `encoder.`; two of them may stand together. The prefix under which most parameters are found is
/// taken off.
struct WeightNames {
    let dict: StateDict
    let prefix: String
    /// Parameters that are found under it, whole or pruned.
    let found: Int

    static let wrappers = [
        "module.", "_orig_mod.", "model.", "backbone.", "encoder.", "net.", "network.",
    ]

    init(_ dict: StateDict, parameters: [String]) {
        let pairs = Self.wrappers.flatMap { first in Self.wrappers.map { first + $0 } }
        var best = (prefix: "", found: -1)
        for prefix in [""] + Self.wrappers + pairs {
            let found = parameters.count {
                dict[prefix + $0] != nil || dict[prefix + $0 + "_orig"] != nil
            }
            if found > best.found { best = (prefix, found) }
        }
        self.dict = dict
        (prefix, found) = best
    }

    subscript(name: String) -> HostTensor? { dict[prefix + name] }

    /// The shape of a parameter, also of a pruned one.
    func shape(_ name: String) -> [Int]? { (self[name] ?? self[name + "_orig"])?.shape }

    /// The classes that the file's classifier tells apart; nil where there is none.
    ///
    /// - Parameter strictly: nil also for one that does not follow on the network's features, or lacks its bias.
    func classCount(_ head: Head, of graph: Graph, strictly: Bool) -> Int? {
        guard let shape = shape(head.weight), shape.count == 2 else { return nil }
        let expected = graph.parameters.first { $0.name == head.weight }?.shape ?? []
        let fits =
            expected.count == 2 && shape[head.dims.features] == expected[head.dims.features]
            && head.bias.map { self.shape($0) == [shape[head.dims.classes]] } ?? true
        return fits || !strictly ? shape[head.dims.classes] : nil
    }

    /// What a person is told of how the file was taken.
    func notes(_ head: Head, isDrawn: Bool) -> [String] {
        var notes: [String] = []
        if !prefix.isEmpty { notes.append("'\(prefix)' is taken off the names of its tensors") }
        guard isDrawn else { return notes }
        let stem = String(head.weight.dropLast(".weight".count))
        let layers = dict.names.filter {
            $0.hasPrefix(prefix + stem + ".") && $0.hasSuffix(".weight")
        }.map { String($0.dropFirst(prefix.count).dropLast(".weight".count)) }
        if layers.count > 1 {
            notes.append(
                "its classifier of \(layers.count) layers (\(layers.joined(separator: ", "))) is left out"
            )
        } else if shape(head.weight) != nil || !layers.isEmpty {
            notes.append("its classifier is of another shape, and left out")
        } else {
            notes.append("it has no classifier")
        }
        return notes
    }
}
