import ArgumentParser
import Foundation
import Models
import Pruning
import Studies

/// `winnow prune`: sets weights of a network to zero, and keeps them so by masks.
struct PruneCommand: ParsableCommand, EndsAtOnce {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Prunes a network's convolutions by one method.")

    @Argument(help: "A network: Winnow's .safetensors, or .onnx.")
    var model: String
    @Option(help: "The method's name; see winnow methods.")
    var method: String
    @Option(help: "Fraction of the weights that are not yet zero: 0 to 1.")
    var amount = 0.5
    @Option(help: "Filters closer than this angle, in degrees, are alike: 0 to 180.")
    var angle = 45.0
    @Option(help: "Where weights compete: per-layer or global.")
    var scope = PruningScope.perLayer.rawValue
    @Option(help: "Seed of the random choice.")
    var seed: UInt64 = 0
    @Option(name: .shortAndLong, help: "The pruned network: a .safetensors file.")
    var output: String
    @Flag(help: "Print one JSON document instead of a table.")
    var json = false

    /// What is written into the file's metadata.
    private struct Note: Encodable {
        let method: String
        let options: PruningOptions
    }

    func run() throws {
        let method = try PruningMethod.named(method)
        guard let scope = PruningScope(rawValue: scope) else {
            throw ValidationError("no scope '\(scope)'. Scopes: per-layer, global")
        }
        let target = try NetworkFiles.output(output)
        var network = try NetworkFiles.network(model)
        let options = PruningOptions(amount: amount, scope: scope, angle: angle, seed: seed)
        let masks = try method.masks(for: network, options: options)
        try masks.apply(to: network.state)
        network.masks = try masks.tensors()
        network.metadata["pruning"] = try NetworkFiles.text(
            Note(method: method.name, options: options))
        try network.write(to: target)
        try show(PruningRecord(masks))
    }

    private func show(_ record: PruningRecord) throws {
        if json {
            try NetworkFiles.printJSON(record)
            return
        }
        func row(_ name: String, _ density: Density) -> [String] {
            [
                name, "\(density.kept)", "\(density.total)",
                NetworkFiles.percent(density.fraction),
            ]
        }
        NetworkFiles.printTable(
            [["layer", "kept", "of", ""]] + record.layers.map { row($0.name, $0.density) }
                + [row("all", record.density)])
    }
}
