import Core
import Formats
import Foundation
import Torch

/// A model in a safetensors file: state under its own names, the rest as text in the header's metadata.
///
/// `graph` is the graph with its widths as JSON, `classes` the class names; what a mask covers is stored
/// as `PackedMask` says. Files of before version 2 name a built-in `architecture` instead of a graph, and
/// hold masks as tensors `mask.<parameter>`; they are read too.
extension Model {
    private static let maskPrefix = "mask."
    private static let formatVersion = "2"

    /// Writes the file aside, reads it back, and renames it into place.
    ///
    /// - Throws: `NetworkError` when a masked weight is not zero or a value is not finite, `FormatError` when nothing
    ///   can be written.
    package func write(to url: URL) throws {
        try refusingNumbers(url) { try state.requireFinite() }
        var dict = StateDict()
        var packed: [PackedMask] = []
        for (name, tensor) in state.entries {
            guard let mask = masks[name] else {
                dict[name] = try tensor.host()
                continue
            }
            let parts = try PackedMask.packed(name, tensor, mask)
            packed.append(parts.mask)
            dict[name] = parts.survivors
            dict[Self.maskPrefix + name] = parts.places
        }
        dict.metadata = metadata
        dict.metadata["format"] = "winnow"
        dict.metadata["version"] = Self.formatVersion
        dict.metadata["architecture"] = nil
        dict.metadata["graph"] = try Self.json(graph)
        dict.metadata["classes"] = try Self.json(classes)
        dict.metadata["masks"] = packed.isEmpty ? nil : try Self.json(packed)
        try SafetensorsWriter.write(dict, to: url) { _ = try Model.read($0) }
    }

    /// Writes the numbers alone, as the file's ending says, and reads them back before they count.
    ///
    /// - Throws: `NetworkError` where one is not finite.
    package func write(weights url: URL) throws {
        try refusingNumbers(url) { try state.requireFinite() }
        try TensorFile.write(state.hosted(), to: url)
    }

    /// Runs a check of what is about to be written; what it throws says that nothing was.
    func refusingNumbers(_ url: URL, _ check: () throws -> Void) throws {
        do {
            try check()
        } catch let error as NetworkError {
            throw NetworkError(
                "\(url.lastPathComponent) was not written: \(error); such a network cannot be used")
        }
    }

    /// Reads a file written by `write`, of this version or an earlier one.
    ///
    /// - Throws: `FormatError` for a damaged file, `NetworkError` when it is no Winnow network or its
    ///   tensors do not fit each other.
    package static func read(_ url: URL) throws -> Model {
        let dict = try TensorFile.read(url)
        let file = url.lastPathComponent
        guard dict.metadata["format"] != "winnow-generator" else {
            throw NetworkError(
                "\(file): a generator of pictures, which scores no classes. Draw from it with winnow generate "
                    + "(`sample`).")
        }
        guard dict.metadata["format"] == "winnow" else {
            throw NetworkError(
                "\(file): not a network written by Winnow (no graph and class names in it). "
                    + "Bare weights become one by fine-tuning (winnow finetune).")
        }
        do {
            let (state, masks) = try tensors(of: dict)
            let classes = try decoded([String].self, "classes", dict)
            guard !classes.isEmpty else { throw NetworkError("its list of class names is empty") }
            guard Set(classes).count == classes.count else {
                throw NetworkError("its list of class names has one twice")
            }
            var metadata = dict.metadata
            for key in ["graph", "masks", "architecture"] { metadata[key] = nil }
            let model = try Model(
                graph(dict, state), state, classes: classes, masks: masks, metadata: metadata)
            try model.check()
            return model
        } catch let error as NetworkError {
            throw NetworkError("\(file): \(error)")
        }
    }

    /// The graph as it is written, or that of the architecture which an older file names.
    private static func graph(_ dict: StateDict, _ state: StateDictionary) throws -> Graph {
        if dict.metadata["graph"] != nil { return try decoded(Graph.self, "graph", dict) }
        guard let name = dict.metadata["architecture"] else {
            throw NetworkError("it holds neither a graph nor the name of an architecture")
        }
        guard let architecture = Architecture(rawValue: name) else {
            throw NetworkError(
                NearestName.refusal(
                    of: name, "architecture", among: Architecture.allCases.map(\.rawValue)))
        }
        return try architecture.graph(classes: 1).inWidths(of: state)
    }

    private static func tensors(
        of dict: StateDict
    ) throws -> (state: StateDictionary, masks: StateDictionary) {
        var (state, masks) = (StateDictionary(), StateDictionary())
        let packed =
            dict.metadata["masks"] == nil ? [] : try decoded([PackedMask].self, "masks", dict)
        let byName = Dictionary(packed.map { ($0.name, $0) }) { first, _ in first }
        for (name, tensor) in dict.entries {
            if let mask = byName[name] {
                let found = try mask.unpacked(tensor, places: dict[maskPrefix + name])
                (state[name], masks[name]) = (found.weight, found.mask)
            } else if !name.hasPrefix(maskPrefix) {
                state[name] = try Tensor(tensor)
            } else if byName[String(name.dropFirst(maskPrefix.count))] == nil {
                masks[String(name.dropFirst(maskPrefix.count))] = try Tensor(tensor).to(
                    dtype: .float32)
            }
        }
        if let lost = packed.first(where: { masks[$0.name] == nil }) {
            throw NetworkError("'\(lost.name)' is masked, but not in the file")
        }
        return (state, masks)
    }

    private static func json(_ value: some Encodable) throws -> String {
        try CanonicalJSON.line.naming(nan: "nan").text(value)
    }

    private static func decoded<Value: Decodable>(
        _ type: Value.Type, _ key: String, _ dict: StateDict
    ) throws -> Value {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        guard let text = dict.metadata[key],
            let value = try? decoder.decode(type, from: Data(text.utf8))
        else { throw NetworkError("its '\(key)' is missing or unreadable") }
        return value
    }

    /// Refuses tensors that do not fit each other, before anything computes with them.
    private func check() throws {
        guard !graph.inputs.isEmpty, !graph.outputs.isEmpty else {
            throw NetworkError("its graph has no input or no output")
        }
        let shapes = try graph.shapes(batch: graph.fixedBatch ?? 2)
        let scores = shapes[graph.outputs[0]] ?? []
        guard scores.count == 2, scores[1] == classes.count else {
            throw NetworkError("its scores are \(scores), but there are \(classes.count) classes")
        }
        for (name, mask) in masks.entries where try state.require(name).shape != mask.shape {
            throw NetworkError(
                "mask.\(name) has shape \(mask.shape), its parameter "
                    + "\(try state.require(name).shape)")
        }
        try state.requireFinite()
    }
}
