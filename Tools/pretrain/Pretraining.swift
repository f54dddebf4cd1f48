import Formats
import Foundation
import Models
import Torch

/// A pretraining at work: pictures, trainer, files and what it says meanwhile.
struct Pretraining {
    let folder: URL
    let options: SourceOptions
    let limit: Int
    /// Folder of a training whose backbone this one begins with; nil for random weights.
    let after: URL?
    private let shards: SourceShards

    init(
        source: URL, folder: URL, options: SourceOptions, limit: Int = .max, after: URL? = nil
    ) throws {
        self.after = after
        self.folder = folder
        self.options = options
        self.limit = limit
        shards = try SourceShards(source)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    func run() throws {
        var shards = shards
        try shards.refresh(limit: limit)
        guard shards.pictures.count > 1 else {
            throw PretrainError("\(shards.folder.path): no pictures there yet")
        }
        let targets = SourceTargets(mirror: shards.index.mirror, people: shards.index.people)
        var batches = SourceBatches(
            shards.pictures, side: shards.index.side, targets: targets)
        let scaling = batches.scaling(of: stride(from: 0, to: batches.pictures.count, by: 3))
        let trainer = try SourceTrainer(options, targets, scaling)
        if let after {
            let file = after.appending(path: SourceCheckpoint.name)
            try trainer.begin(from: StateDictionary(TensorFile.read(file)))
        }
        try SourceCheckpoint.resume(trainer, source: shards.index.seed, from: folder)
        while trainer.epoch < options.epochs {
            try shards.refresh(limit: limit)
            batches = SourceBatches(shards.pictures, side: shards.index.side, targets: targets)
            try epoch(trainer, batches)
            try SourceCheckpoint.write(trainer, source: shards.index.seed, to: folder)
        }
    }

    private func epoch(_ trainer: SourceTrainer, _ batches: SourceBatches) throws {
        let everyone = batches.pictures.indices
        let isHeldOut = { (k: Int) in batches.pictures[k].person % options.heldOut == 0 }
        let start = ContinuousClock.now
        let number = trainer.epoch + 1
        var told = start
        let loss = try trainer.run(batches, everyone.filter { !isHeldOut($0) }) { done, loss in
            guard ContinuousClock.now - told > .seconds(30) else { return }
            told = .now
            say("epoch \(number) of \(options.epochs)  \(Int(100 * done))%  loss \(rounded(loss))")
        }
        let shares = try trainer.explained(
            batches, everyone.filter(isHeldOut), size: options.sizes.max() ?? 64)
        let learnt = zip(trainer.targets.groups, shares)
            .map { "\($0.name) \(rounded($1))" }.joined(separator: "  ")
        let seconds = (ContinuousClock.now - start).components.seconds
        say(
            "epoch \(number): \(everyone.count) pictures, \(seconds) s, loss \(rounded(loss)); "
                + "explained of other people: \(learnt)")
    }

    private func say(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    private func rounded(_ value: Double) -> String { String(format: "%.3f", value) }
}

extension SourceIndex {
    /// People in all shards together.
    var people: Int { (shards.count * pictures + peopleEach - 1) / peopleEach }
}
