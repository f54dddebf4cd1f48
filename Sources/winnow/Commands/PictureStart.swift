import Datasets
import Formats
import Foundation
import Networks
import Studies

/// What the networks of a study on pictures start from.
struct PictureStart {
    /// What every result says of the weights, once the study is done.
    let words: () -> String
    /// The weights for a split.
    let weights: (NetworkStages, SplitPlan) throws -> StartWeights

    /// The file that was named, or the official one, fetched where it is not there yet.
    static func file(_ options: PictureOptions) throws -> PictureStart {
        let architecture = try options.chosenArchitecture()
        let path = try options.weights ?? OfficialWeightsFile.path(architecture)
        let file = URL(fileURLWithPath: path)
        let pretrained = try Pretrained.read(file, architecture)
        let hash = ContentHash.sha256(try FileBytes.open(file))
        let words =
            "Start weights: \(architecture.rawValue), \(pretrained.classes) classes (SHA-256 "
            + "\(hash.prefix(12)))"
            + (OfficialHashes.isOfficial(hash)
                ? "" : ": not the official ImageNet file, a substitute for it")
        let weights = StartWeights(pretrained.state, hash: hash)
        return PictureStart(words: { words }, weights: { _, _ in weights })
    }

    /// The file that was named or the official one; where that cannot be had, weights pretrained on
    /// a source task of the same pictures, and words that say so.
    static func fileOrSubstitute(
        _ options: PictureOptions, _ onStage: @escaping (String) -> Void
    ) throws -> PictureStart {
        do {
            return try file(options)
        } catch let error as NetworkError where options.weights == nil {
            if Interruption.isRequested { throw error }
            Console.note(
                "  weights  \(error)\n  weights  pretraining on another task instead: a substitute")
            return try substitute(options.chosenArchitecture(), onStage)
        }
    }

    private static func substitute(
        _ architecture: Architecture, _ onStage: @escaping (String) -> Void
    ) -> PictureStart {
        let found = SubstituteRecords()
        return PictureStart(
            words: { found.words(architecture) },
            weights: { stages, plan in
                var task = SourceTask.people()
                task.training.seed = plan.seed
                onStage("seed \(plan.seed)  start weights (substitute: \(task.question))")
                let made = try stages.pretrain(task, architecture, plan)
                found.add(task, made.record)
                return made.weights
            })
    }
}

/// What the pretraining of each seed came to.
private final class SubstituteRecords {
    private var records: [SourceRecord] = []
    private var question = ""

    func add(_ task: SourceTask, _ record: SourceRecord) {
        question = task.question
        records.append(record)
    }

    func words(_ architecture: Architecture) -> String {
        func range(_ values: [Int]) -> String {
            let (low, high) = (values.min() ?? 0, values.max() ?? 0)
            return low == high ? "\(low)" : "\(low)-\(high)"
        }
        let right = records.map { Int((100 * $0.heldOut.accuracy).rounded()) }
        let epochs = records.map(\.history.count)
        return "SUBSTITUTE start weights: \(architecture.rawValue) NOT pretrained on ImageNet "
            + "(its file could not be fetched) but for \(range(epochs)) epochs on '\(question)' "
            + "(\(range(records.map(\.groups))) people, \(range(records.map(\.trainCount))) "
            + "pictures, of each seed's training part alone; \(range(right))% right on pictures "
            + "kept back). "
            + "With ImageNet's weights expect other numbers."
    }
}
