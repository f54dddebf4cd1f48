import Foundation
import Pruning
import Studies
import Training

/// A study's stages in words.
struct StageWords {
    private let labels: [String: String]

    /// Reads what the plans of a store call its stages.
    init(_ store: StageStore) throws {
        var labels: [String: String] = [:]
        for plan in try store.plans() {
            for (id, label) in zip(plan.stages, plan.labels) { labels[id] = label }
        }
        self.labels = labels
    }

    /// As a plan calls the stage, or else by its work.
    subscript(entry: StoreIndex.Entry) -> String {
        if let label = labels[entry.id] { return label }
        switch entry.stage?.work {
        case .pretrain(let task, let architecture, _):
            return "pretrain \(architecture.rawValue): \(task.question)"
        case .start(let architecture, _, _, let seed):
            return "seed \(seed)  start \(architecture.rawValue)"
        case .train(let options, let split, _):
            return "seed \(options.seed)  \(split.protocolName)  train \(options.epochs) epochs"
        case .prune(let technique, _): return "prune \(technique.words)"
        case .rewind: return "rewind"
        case .generate(let settings, let split):
            return
                "seed \(settings.seed)  \(split.protocolName)  generator: \(settings.kind.rawValue)"
        case .judge: return "judge generated pictures"
        case nil: return "cannot be read"
        }
    }

    /// The record of a training that is done.
    func training(_ entry: StoreIndex.Entry) -> TrainingRecord? {
        guard case .train = entry.stage?.work, entry.state == .done else { return nil }
        let file = entry.folder.appendingPathComponent("record.json")
        return (try? Data(contentsOf: file)).flatMap {
            try? JSONDecoder().decode(TrainingRecord.self, from: $0)
        }
    }

    /// `best 0.61` of a training; empty for others.
    func result(_ entry: StoreIndex.Entry) -> String {
        training(entry).map { String(format: "best %.3f", $0.best) } ?? ""
    }
}
