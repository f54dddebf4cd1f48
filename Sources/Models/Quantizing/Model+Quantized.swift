import Formats
import Foundation
import Torch

/// A network of 8-bit numbers, as ONNX writes them.
package struct QuantizedNetwork {
    package fileprivate(set) var file: ONNXModel
    /// Nodes with a weight of 8 bits, and those that could have had one.
    package let products: Int
    package let candidates: Int
    /// Values that are 8-bit numbers.
    package let values: Int
}

extension Model {
    /// The network in 8-bit numbers without training (post-training static quantisation), for onnxruntime and
    /// others: batch norms folded, weights symmetric int8 with a scale for each output channel, values uint8 with
    /// a scale and a zero point, biases int32 with the product of the scales they meet, all as QuantizeLinear and
    /// DequantizeLinear between the float32 nodes (QDQ).
    ///
    /// - Parameters:
    ///   - levels: the weights' largest whole number, 127 or 63 (`QuantizedWeight`).
    ///   - forEachBatch: gives every batch of pictures to its argument, the same each time.
    /// - Throws: `NetworkError` where nothing in the network can be made 8-bit, or for no pictures.
    package func quantized(
        _ calibration: Calibration, levels: Int = 127,
        forEachBatch: ((Tensor) throws -> Void) throws -> Void
    ) throws -> QuantizedNetwork {
        let folded = try foldingBatchNorms()
        let plan = try QuantizationPlan(folded.graph)
        guard !plan.products.isEmpty else {
            throw NetworkError(
                "nothing to make 8-bit numbers of: expected a convolution or linear layer with a weight"
            )
        }
        let own = plan.values.filter { plan.moved[$0] == nil }
        let measured = try ActivationRanges(
            folded, of: own, calibration, forEachBatch: forEachBatch)
        var network = try folded.quantized(plan, ranges: measured.ranges, levels: levels)
        network.file.metadata = try onnxMetadata()
        return network
    }

    /// The same with given ranges, of a network whose batch norms are folded.
    package func quantized(
        _ plan: QuantizationPlan, ranges: [String: ActivationRange], levels: Int = 127
    ) throws -> QuantizedNetwork {
        var ranges = ranges
        for name in plan.values {
            if let source = plan.moved[name] { ranges[name] = ranges[source] }
        }
        var writer = QuantizedWriter(file: try onnx(), ranges: ranges, levels: levels)
        try writer.rewrite(plan)
        let kinds: Set = ["Conv", "ConvTranspose", "Gemm", "MatMul"]
        return QuantizedNetwork(
            file: writer.file, products: plan.products.count,
            candidates: graph.nodes.count { kinds.contains($0.type) }, values: plan.values.count)
    }
}

/// Puts the pairs between the nodes of a file.
private struct QuantizedWriter {
    private(set) var file: ONNXModel
    let ranges: [String: ActivationRange]
    let levels: Int

    init(file: ONNXModel, ranges: [String: ActivationRange], levels: Int) {
        (self.file, self.ranges, self.levels) = (file, ranges, levels)
    }

    mutating func rewrite(_ plan: QuantizationPlan) throws {
        let values = Set(plan.values)
        var nodes: [Node] = []
        for name in file.inputs.map(\.name) where values.contains(name) {
            nodes += try pair(name)
        }
        for node in file.nodes {
            var node = node
            let axis = plan.products[node.outputs[0]]
            if let axis { nodes += try weigh(&node, axis) }
            node.inputs = node.inputs.map { values.contains($0) ? "\($0).8bit" : $0 }
            nodes.append(node)
            for name in node.outputs where values.contains(name) { nodes += try pair(name) }
        }
        file.nodes = nodes
        let used = Set(nodes.flatMap(\.inputs))
        for (name, _) in file.initializers.entries where !used.contains(name) {
            file.initializers[name] = nil
        }
    }

    /// QuantizeLinear and DequantizeLinear of a value, whose result is called `NAME.8bit`.
    private mutating func pair(_ name: String) throws -> [Node] {
        guard let range = ranges[name] else { throw NetworkError("no range of '\(name)' is known") }
        (file.initializers["\(name).scale"], file.initializers["\(name).zero"]) = range.tensors
        let numbers = ["\(name).scale", "\(name).zero"]
        return [
            Node(
                name: "\(name).quantize", type: "QuantizeLinear", inputs: [name] + numbers,
                outputs: ["\(name).whole"]),
            Node(
                name: "\(name).dequantize", type: "DequantizeLinear",
                inputs: ["\(name).whole"] + numbers, outputs: ["\(name).8bit"]),
        ]
    }

    /// DequantizeLinear of a node's weight and bias, which it then reads.
    private mutating func weigh(_ node: inout Node, _ axis: Int) throws -> [Node] {
        let (name, bias) = (node.inputs[1], node.inputs.count > 2 ? node.inputs[2] : "")
        guard let range = ranges[node.inputs[0]], let weight = file.initializers[name] else {
            throw node.problem("its weight '\(name)' or the range of its input is not known")
        }
        let held = bias.isEmpty ? nil : file.initializers[bias]
        let isVector = held?.count == weight.shape[axis]
        let whole = QuantizedWeight(
            weight.floats(), shape: weight.shape, axis: axis, levels: levels,
            inputScale: range.scale, bias: isVector ? held?.floats() : nil)
        file.initializers[name] = whole.tensor
        let count = whole.scales.count
        file.initializers["\(name).scale"] = HostTensor(whole.scales, shape: [count])
        file.initializers["\(name).zero"] = HostTensor(
            dtype: .int8, shape: [count], bytes: Data(count: count))
        node.inputs[1] = "\(name).8bit"
        var nodes = [dequantized(name, ["\(name).scale", "\(name).zero"], axis)]
        if let numbers = whole.bias {
            file.initializers[bias] = HostTensor(
                dtype: .int32, shape: [count], bytes: numbers.withUnsafeBytes { Data($0) })
            file.initializers["\(bias).scale"] = HostTensor(
                whole.scales.map { range.scale * $0 }, shape: [count])
            node.inputs[2] = "\(bias).8bit"
            nodes.append(dequantized(bias, ["\(bias).scale"], 0))
        }
        return nodes
    }

    private func dequantized(_ name: String, _ numbers: [String], _ axis: Int) -> Node {
        Node(
            name: "\(name).dequantize", type: "DequantizeLinear", inputs: [name] + numbers,
            outputs: ["\(name).8bit"], attributes: ["axis": .int(axis)])
    }
}
