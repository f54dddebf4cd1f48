import ArgumentParser
import Foundation
import Torch

/// Winnow's own trainer of start weights.
@main
struct Pretrain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pretrain",
        abstract: "Makes Winnow's start weights from source pictures (Tools/pretrain/README.md).",
        subcommands: [TrainCommand.self, ExportCommand.self])
}

/// `pretrain train`: the training itself.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Trains; the same command goes on after an interruption.")

    @Option(help: "Folder of source pictures, by Tools/scenes/crops.py.") var source: String
    @Option(help: "Folder for the training's file.") var out: String
    @Option(help: "Folder of an earlier training to begin another cycle from.") var after: String?
    @Option(help: "Passes over the pictures.") var epochs = 10
    @Option(help: "Pictures a step.") var batch = 32
    @Option(help: "Highest learning rate.") var rate = 0.05
    @Option(help: "Draws weights, order and views.") var seed: UInt64 = 1
    @Option(help: "Pixels, taken in turn.") var sizes = "48,64"
    @Option(help: "Use this many pictures at most.") var limit = Int.max
    @Option(help: "Threads.") var threads = 1

    func run() throws {
        Runtime.installCachingAllocator()
        Runtime.threads = threads
        var options = SourceOptions()
        options.epochs = epochs
        options.batchSize = batch
        options.learningRate = rate
        options.seed = seed
        options.sizes = sizes.split(separator: ",").compactMap { Int($0) }
        guard !options.sizes.isEmpty else {
            throw ValidationError("--sizes \(sizes): expected numbers of pixels, such as 48,64")
        }
        try Pretraining(
            source: URL(fileURLWithPath: source), folder: URL(fileURLWithPath: out),
            options: options, limit: limit, after: after.map { URL(fileURLWithPath: $0) }
        ).run()
    }
}
