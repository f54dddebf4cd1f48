import Generating
import Models
import Pruning
import Training

/// What a stage asks of a machine, before it is known how fast the machine is.
struct StageLoad: Sendable, Equatable {
    /// Stages whose costs are alike.
    enum Kind: Hashable, Sendable {
        case pretraining(Architecture)
        case training(Architecture, protocolName: String)
        case generator(GeneratorSettings.Kind)
        /// Reading, pruning, rewinding: by the kind of work and its method.
        case other(String)

        var isTraining: Bool {
            if case .other = self { return false }
            return true
        }
    }

    let kind: Kind
    /// 0 for stages that train nothing, as all counts that follow.
    var epochs = 0
    /// Pictures that an epoch trains on, and that it is validated on.
    var trained = 0
    var validation = 0
    /// Pictures that are read once, at the end.
    var tested = 0

    /// Pictures that training steps pass over.
    var pictures: Int { epochs * trained }

    /// Forward passes of one picture through ResNet-18 that would be as much work.
    var work: Double { work(epochs: epochs, pictures: 0) + weight * Double(tested) }

    /// Work of whole epochs, and of pictures into the next.
    func work(epochs: Int, pictures: Int) -> Double {
        let passes = Self.passesOfStep * (epochs * trained + pictures) + epochs * validation
        return weight * Double(passes)
    }

    /// A training step multiplies three times as often as a forward pass: once more for the gradients
    /// of the inputs, and once for those of the weights.
    static let passesOfStep = 3

    private var weight: Double {
        switch kind {
        case .pretraining(let architecture), .training(let architecture, _):
            Self.weight(architecture)
        // A step of an autoencoder or of both adversaries, in ResNet-18's.
        case .generator(.vae): 1
        case .generator(.gan): 1.7
        case .other: 0
        }
    }

    /// Multiply-adds for a picture, in those of ResNet-18, both at the size that they were made for.
    static func weight(_ architecture: Architecture) -> Double {
        weights[architecture] ?? 1
    }

    private static let weights: [Architecture: Double] = {
        let costs = Dictionary(
            uniqueKeysWithValues: Architecture.allCases.compactMap { architecture in
                (try? GraphCost(architecture.graph(classes: 1)).macs).map { (architecture, $0) }
            })
        let one = Double(costs[.resnet18] ?? 1)
        return costs.mapValues { Double($0) / one }
    }()
}

extension StageLoad {
    /// The loads of a plan's stages, by their identities.
    static func all(_ plan: StudyPlan, _ data: PictureData) throws -> [String: StageLoad] {
        var counts: [SplitPlan: PictureCounts] = [:]
        return try all(plan) { split in
            if let known = counts[split] { return known }
            let parts = try data.parts(split)
            let found = PictureCounts(
                trained: parts.train.count, validation: parts.validation.count,
                tested: parts.test?.count ?? 0)
            counts[split] = found
            return found
        }
    }

    /// - Parameter counts: pictures of the parts of a division.
    static func all(
        _ plan: StudyPlan, counts: (SplitPlan) throws -> PictureCounts
    ) rethrows -> [String: StageLoad] {
        var loads: [String: StageLoad] = [:]
        var architectures: [String: Architecture] = [:]
        for item in plan.items {
            let stage = item.stage
            architectures[stage.id] =
                stage.architecture ?? stage.parents.first.flatMap { architectures[$0] }
            loads[stage.id] = try load(
                stage, architectures[stage.id] ?? plan.study.architecture, counts)
        }
        return loads
    }

    private static func load(
        _ stage: Stage, _ architecture: Architecture, _ counts: (SplitPlan) throws -> PictureCounts
    ) rethrows -> StageLoad {
        switch stage.work {
        case .pretrain(let task, _, let split):
            let all = try counts(split).trained
            let kept = all / max(2, task.heldOut)
            return StageLoad(
                kind: .pretraining(architecture), epochs: task.training.epochs,
                trained: all - kept, validation: kept)
        case .train(let options, let split, let added):
            let parts = try counts(split)
            return StageLoad(
                kind: .training(architecture, protocolName: split.protocolName),
                epochs: options.epochs,
                trained: parts.trained
                    + (added.map { GeneratedPictures.count(share: $0.share, of: parts.trained) }
                        ?? 0),
                validation: parts.validation,
                tested: parts.tested)
        case .start: return StageLoad(kind: .other("start"))
        case .prune(let technique, _):
            return StageLoad(kind: .other("prune \(technique.words)"))
        case .rewind: return StageLoad(kind: .other("rewind"))
        case .generate(let settings, let split):
            return StageLoad(
                kind: .generator(settings.kind), epochs: settings.epochs,
                trained: try counts(split).trained)
        case .judge: return StageLoad(kind: .other("judge"))
        }
    }
}

/// Pictures of the parts of a division.
struct PictureCounts: Sendable, Equatable {
    let trained: Int
    let validation: Int
    let tested: Int
}

extension Stage {
    /// The architecture that the stage itself names.
    fileprivate var architecture: Architecture? {
        switch work {
        case .start(let architecture, _, _, _), .pretrain(_, let architecture, _): architecture
        case .train, .prune, .rewind, .generate, .judge: nil
        }
    }
}
