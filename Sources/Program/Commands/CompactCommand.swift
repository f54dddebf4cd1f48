import ArgumentParser
import Datasets
import Foundation
import Models
import Pruning
import Torch

/// `winnow compact`: takes silent filters out of a network's file.
struct CompactCommand: ParsableCommand, EndsAtOnce {
    static let configuration = CommandConfiguration(
        commandName: "compact",
        abstract: "Takes silent channels physically out: a smaller network, the same outputs.")

    @Argument(help: "A pruned network: Winnow's .safetensors, or .onnx.")
    var model: String
    @Option(name: .shortAndLong, help: "The smaller network: a .safetensors or .onnx file.")
    var output: String
    @Option(
        help: "Layers whose channels all stay (a name or the path before .weight); may be repeated."
    )
    var ignore: [String] = []
    @Option(help: "Leave channels in multiples of this, which some processors are faster with.")
    var roundTo = 1
    @Flag(
        help: """
            Cut constants in front of padded convolutions too, which changes outputs at the pictures' \
            edge; by how much is printed.
            """)
    var borders = false
    @Flag(help: "Print one JSON document instead of a table.")
    var json = false

    /// What it came to, for programs.
    private struct Report: Encodable {
        let layers: [Compaction.Layer]
        let parametersBefore: Int
        let parametersAfter: Int
        let macsBefore: Int
        let macsAfter: Int
        let compression: Double
        let speedup: Double
        let theoreticalCompression: Double
        let theoreticalSpeedup: Double
    }

    func run() throws {
        let target = try NetworkFiles.output(
            output, endings: ["safetensors", "onnx"], reading: [model])
        let network = try NetworkFiles.network(model)
        let size = try NetworkFiles.preprocessing(network, file: model)
        func cost(_ model: Model) throws -> NetworkCost {
            try NetworkCost(model, height: size.height, width: size.width)
        }
        let compaction = try Compaction(
            network, options: .init(ignore: ignore, roundTo: roundTo, borders: borders))
        var smaller = compaction.model
        let savings = Savings(from: try cost(network), to: try cost(smaller))
        // The starting state has the old widths: the smaller network cannot be rewound to it.
        smaller.metadata["initial"] = nil
        try NetworkFiles.write(smaller, to: target)
        try show(compaction, savings)
        if borders { try Console.note("  note     " + change(from: network, to: smaller, size)) }
    }

    /// By how much folded constants changed the scores, on made-up pictures.
    private func change(
        from network: Model, to smaller: Model, _ size: Preprocessing
    ) throws -> String {
        let batch = network.graph.fixedBatch ?? 8
        let pictures = try Tensor.randn([batch, 3, size.height, size.width], Generator(seed: 1))
        let (largest, most) = try smaller.difference(from: network, on: pictures)
        return String(
            format: "scores differ by %.3g at most, of %.3g, on %d made-up pictures", largest, most,
            batch)
    }

    private func show(_ compaction: Compaction, _ savings: Savings) throws {
        if json {
            try NetworkFiles.printJSON(
                Report(
                    layers: compaction.layers, parametersBefore: savings.original.parameters,
                    parametersAfter: savings.new.parameters, macsBefore: savings.original.macs,
                    macsAfter: savings.new.macs, compression: savings.compression,
                    speedup: savings.speedup,
                    theoreticalCompression: savings.theoreticalCompression,
                    theoreticalSpeedup: savings.theoreticalSpeedup))
            return
        }
        if compaction.layers.isEmpty { Output.line("No channel is silent: nothing was taken out.") }
        for layer in compaction.layers {
            let note = layer.note.map { "  (\($0))" } ?? ""
            Output.line(
                "\(layer.name): \(layer.removed) of \(layer.channels) channels taken out"
                    + note)
        }
        func ratio(_ value: Double) -> String { String(format: "%.2fx", value) }
        NetworkFiles.printTable([
            ["", "before", "after", "ratio", "zeros free"],
            [
                "parameters", "\(savings.original.parameters)", "\(savings.new.parameters)",
                ratio(savings.compression), ratio(savings.theoreticalCompression),
            ],
            [
                "multiply-adds a picture", "\(savings.original.macs)", "\(savings.new.macs)",
                ratio(savings.speedup), ratio(savings.theoreticalSpeedup),
            ],
        ])
    }
}
