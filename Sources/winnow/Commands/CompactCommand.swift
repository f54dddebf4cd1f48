import ArgumentParser
import Foundation
import Networks
import Pruning

/// `winnow compact`: takes silent filters out of a network's file.
struct CompactCommand: ParsableCommand, EndsAtOnce {
    static let configuration = CommandConfiguration(
        commandName: "compact",
        abstract: "Takes filters of zeros physically out: a smaller network, the same outputs.")

    @Argument(help: "A pruned network written by Winnow.")
    var model: String
    @Option(name: .shortAndLong, help: "The smaller network: a .safetensors file.")
    var output: String
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
        let target = try NetworkFiles.output(output)
        var network = try Checkpoint.read(NetworkFiles.url(model))
        let size = try NetworkFiles.preprocessing(network, file: model)
        func cost(_ state: StateDictionary) throws -> NetworkCost {
            try NetworkCost(network.architecture, state, height: size.height, width: size.width)
        }
        let compaction = try Compaction(
            network.architecture, network.state, masks: network.pruningMasks())
        let savings = Savings(from: try cost(network.state), to: try cost(compaction.state))
        network.state = compaction.state
        network.masks = try compaction.masks?.tensors() ?? StateDictionary()
        // The starting state has the old widths: the smaller network cannot be rewound to it.
        network.metadata["initial"] = nil
        try network.write(to: target)
        try show(compaction, savings)
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
        if compaction.layers.isEmpty { print("No filter is all zero: nothing was taken out.") }
        for layer in compaction.layers {
            let note = layer.note.map { "  (\($0))" } ?? ""
            print(
                "\(layer.name): \(layer.removed.count) of \(layer.filters) filters taken out, "
                    + "\(layer.zero) were zero\(note)")
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
