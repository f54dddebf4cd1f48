import Foundation
import SwiftProtobuf

/// Reads ONNX files (opsets 13 to 22), with tensors in the file itself or beside it.
package enum ONNXReader {
    /// Protobuf's own bound on a message.
    static let largest = (1 << 31) - 1

    /// Reads the model in `url`; tensors of external files are mapped, from its folder alone.
    ///
    /// - Throws: `FormatError` naming the file, what was found and what to do.
    package static func read(_ url: URL) throws -> ONNXModel {
        try read(
            FileBytes.open(url, limit: largest), file: url.shownPath,
            folder: url.deletingLastPathComponent())
    }

    /// Reads the model in `data`; `file` is for messages, `folder` where external tensors lie.
    package static func read(_ data: Data, file: String, folder: URL?) throws -> ONNXModel {
        try ONNXScan.check(data, file: file)
        let proto: Winnow_Onnx_ModelProto
        do {
            proto = try Winnow_Onnx_ModelProto(serializedBytes: data)
        } catch {
            throw FormatError.damaged(
                file, "cannot be decoded (\(error))",
                advice: "It is damaged or no ONNX file: fetch or export it again.")
        }
        var model = ONNXModel(opset: try opset(of: proto, file))
        model.producer = [proto.producerName, proto.producerVersion].filter { !$0.isEmpty }
            .joined(separator: " ")
        for entry in proto.metadataProps { model.metadata[entry.key] = entry.value }
        var tensors = ONNXTensors(file: file, folder: folder)
        model.initializers = try initializers(proto.graph, &tensors)
        model.nodes = try proto.graph.node.map { try node($0, &tensors) }
        model.inputs = try proto.graph.input.filter { model.initializers[$0.name] == nil }
            .map { try value($0, file) }
        model.outputs = try proto.graph.output.map { try value($0, file) }
        return model
    }

    private static func opset(of proto: Winnow_Onnx_ModelProto, _ file: String) throws -> Int {
        let own = proto.opsetImport.first { $0.domain.isEmpty || $0.domain == "ai.onnx" }
        guard let own, let opset = Int(exactly: own.version), ONNXModel.opsets.contains(opset)
        else {
            throw FormatError(
                file: file,
                found: own.map { "is written in opset \($0.version)" } ?? "has no opset",
                expected: "opset \(ONNXModel.opsets.lowerBound) to \(ONNXModel.opsets.upperBound)",
                advice: "Export it again with opset_version=\(ONNXModel.written).")
        }
        return opset
    }

    private static func initializers(
        _ graph: Winnow_Onnx_GraphProto, _ tensors: inout ONNXTensors
    ) throws -> StateDict {
        var dict = StateDict()
        for proto in graph.initializer {
            guard dict[proto.name] == nil else {
                throw tensors.damaged("has the initializer '\(printable(proto.name))' twice")
            }
            dict[proto.name] = try tensors.tensor(proto)
        }
        return dict
    }

    private static func node(
        _ proto: Winnow_Onnx_NodeProto, _ tensors: inout ONNXTensors
    ) throws -> ONNXNode {
        let own = proto.domain.isEmpty || proto.domain == "ai.onnx"
        var node = ONNXNode(
            name: proto.name, type: own ? proto.opType : "\(proto.domain)::\(proto.opType)",
            inputs: proto.input, outputs: proto.output)
        for attribute in proto.attribute {
            node.attributes[attribute.name] = try Self.attribute(attribute, of: node, &tensors)
        }
        return node
    }

    /// The kinds of `AttributeProto.AttributeType` with values in a field of ours.
    private static func attribute(
        _ proto: Winnow_Onnx_AttributeProto, of node: ONNXNode, _ tensors: inout ONNXTensors
    ) throws -> ONNXAttribute {
        switch proto.type {
        case 1: return .float(proto.f)
        case 2: return .int(Int(proto.i))
        case 3: return .text(String(decoding: proto.s, as: UTF8.self))
        case 4: return .tensor(try tensors.tensor(proto.t))
        case 6: return .floats(proto.floats)
        case 7: return .ints(proto.ints.map(Int.init))
        case 8: return .texts(proto.strings.map { String(decoding: $0, as: UTF8.self) })
        default:
            throw FormatError(
                file: tensors.file,
                found: "gives node '\(printable(node.name))' (\(printable(node.type))) the setting "
                    + "'\(printable(proto.name))' of kind \(proto.type)",
                expected: "numbers, text or a tensor",
                advice:
                    "Networks with branches or loops inside cannot be read: export the plain one."
            )
        }
    }

    private static func value(
        _ proto: Winnow_Onnx_ValueInfoProto, _ file: String
    ) throws -> ONNXValue {
        let type = proto.type.tensorType
        guard let dtype = ONNXTensors.dtype(type.elemType) else {
            throw FormatError(
                file: file,
                found: "has '\(printable(proto.name))' of element type \(type.elemType)",
                expected: "a tensor of numbers", advice: "Export a network over pictures.")
        }
        let sizes = type.shape.dim.map { dimension -> Int? in
            if case .dimValue(let size) = dimension.value, size > 0 { return Int(size) }
            return nil
        }
        return ONNXValue(name: proto.name, dtype: dtype, shape: type.hasShape ? sizes : nil)
    }
}
