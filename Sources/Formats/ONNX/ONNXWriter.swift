import Foundation
import SwiftProtobuf

/// Writes ONNX files, whole: same model, same bytes.
package enum ONNXWriter {
    /// IR version that goes with `ONNXModel.written`.
    private static let irVersion: Int64 = 9

    /// Writes `model` to `url`, all tensors within, and reads it back before it counts.
    ///
    /// - Parameter check: reads more of it; see `AtomicFile.write`.
    /// - Throws: `FormatError` above protobuf's 2 GiB, or when the disk refuses.
    package static func write(
        _ model: ONNXModel, to url: URL, check: (URL) throws -> Void = { _ in }
    ) throws {
        let weights = model.initializers.entries.reduce(0) { $0 + $1.tensor.bytes.count }
        guard weights < ONNXReader.largest - (64 << 20) else {
            throw FormatError(
                file: url.shownPath, found: "would hold \(grouped(weights)) bytes of weights",
                expected: "less than the 2 GiB of a protobuf file",
                advice: "Write .safetensors instead.")
        }
        try AtomicFile.write(encoded(model), to: url) { aside in
            _ = try ONNXReader.read(aside)
            try check(aside)
        }
    }

    /// The bytes of the file.
    package static func encoded(_ model: ONNXModel) throws -> Data {
        var proto = Winnow_Onnx_ModelProto()
        proto.irVersion = irVersion
        proto.producerName = "winnow"
        proto.opsetImport = [.with { $0.version = Int64(model.opset) }]
        proto.metadataProps = model.metadata.sorted { $0.key < $1.key }.map { key, value in
            .with {
                $0.key = key
                $0.value = value
            }
        }
        proto.graph = .with {
            $0.name = "network"
            $0.node = model.nodes.map(node)
            $0.initializer = model.initializers.entries.map { tensor($0.tensor, $0.name) }
            $0.input = model.inputs.map(value)
            $0.output = model.outputs.map(value)
        }
        return try proto.serializedBytes()
    }

    private static func node(_ node: ONNXNode) -> Winnow_Onnx_NodeProto {
        .with {
            $0.name = node.name
            let parts = node.type.components(separatedBy: "::")
            $0.opType = parts.last ?? node.type
            $0.domain = parts.count == 2 ? parts[0] : ""
            $0.input = node.inputs
            $0.output = node.outputs
            $0.attribute = node.attributes.sorted { $0.key < $1.key }.map(attribute)
        }
    }

    private static func attribute(
        _ name: String, _ value: ONNXAttribute
    ) -> Winnow_Onnx_AttributeProto {
        .with {
            $0.name = name
            switch value {
            case .float(let number): ($0.type, $0.f) = (1, number)
            case .int(let number): ($0.type, $0.i) = (2, Int64(number))
            case .text(let text): ($0.type, $0.s) = (3, Data(text.utf8))
            case .tensor(let held): ($0.type, $0.t) = (4, tensor(held, ""))
            case .floats(let numbers): ($0.type, $0.floats) = (6, numbers)
            case .ints(let numbers): ($0.type, $0.ints) = (7, numbers.map(Int64.init))
            case .texts(let texts): ($0.type, $0.strings) = (8, texts.map { Data($0.utf8) })
            }
        }
    }

    private static func tensor(_ tensor: HostTensor, _ name: String) -> Winnow_Onnx_TensorProto {
        .with {
            $0.name = name
            $0.dims = tensor.shape.map(Int64.init)
            $0.dataType = ONNXTensors.code(tensor.dtype)
            $0.rawData = tensor.bytes
        }
    }

    private static func value(_ value: ONNXValue) -> Winnow_Onnx_ValueInfoProto {
        .with {
            $0.name = value.name
            $0.type.tensorType.elemType = ONNXTensors.code(value.dtype)
            guard let shape = value.shape else { return }
            $0.type.tensorType.shape.dim = shape.enumerated().map { index, size in
                .with {
                    $0.value =
                        size.map { .dimValue(Int64($0)) }
                        ?? .dimParam(index == 0 ? "batch" : "size\(index)")
                }
            }
        }
    }
}
