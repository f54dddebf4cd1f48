import Core
import Findings
import Models
import Pruning
import Training

/// A study that comes with Winnow, and how large the table study beside it is.
package struct StudyPreset: Sendable {
    package let name: String
    package let summary: String
    /// The study of pictures.
    package let study: Study
    /// Trainings of each net of the table study with SGD; 0 where none goes with it.
    package let tableReplicates: Int

    /// All presets; help is made from this list.
    package static let all = [
        StudyPreset(
            name: "quick", summary: "every figure at small size: minutes on two cores",
            study: .quick, tableReplicates: 40),
        StudyPreset(
            name: "paper", summary: "the paper's settings and six seeds: a GPU, or patience",
            study: .paper, tableReplicates: 1000),
        StudyPreset(
            name: "reduction",
            summary:
                "every criterion to three budgets of multiply-adds, mended and trained: an hour or more",
            study: .reduction, tableReplicates: 0),
        StudyPreset(
            name: "generated",
            summary:
                "whether pictures of an autoencoder or of adversaries help so small a data set: an hour or two",
            study: .generated, tableReplicates: 0),
    ]

    /// Those that reproduce the paper, table included.
    package static let ofPaper = all.filter { $0.tableReplicates > 0 }

    /// The preset with a name.
    ///
    /// - Throws: `StudyError` with the name that was probably meant, and all of them.
    package static func named(
        _ name: String, among all: [StudyPreset] = StudyPreset.all
    ) throws -> StudyPreset {
        if let preset = all.first(where: { $0.name == name }) { return preset }
        throw StudyError(
            NearestName.refusal(of: name, "preset", among: all.map(\.name))
                + " (a preset, printed, shows one)")
    }
}

extension Study {
    /// 224 px, batch 8, 25 epochs, SGD 0.001 with momentum 0.9 down tenfold every 7 epochs (paper,
    /// section 2.3 and design.md), under both protocols.
    package static let paper = Study(
        name: "paper", preset: "paper", size: 224, groups: "auto", architecture: .resnet18,
        protocols: [.leakFree(epochs: 25), .asPaper(epochs: 25)], seeds: [0, 1, 2, 3, 4, 5],
        training: TrainingOptions(augmentation: nil), earlyEpochs: 3, sourceEpochs: 20,
        experiments: PaperExperiments.figures(
            reduction: [0.21875, 0.5], tickets: [0.1, 0.2, 0.3, 0.5, 0.7, 0.9], last: [0.7, 0.9])
            + PaperExperiments.beyond(
                amounts: [0.5, 0.9], second: .resnet34, rounds: 3),
        networks: .all, reductions: [])

    /// How large the quick preset is: chosen by measurement (docs/studies.md), in one place.
    enum QuickSettings {
        /// Pixels.
        static let size = 48
        static let epochs = 3
        /// Shares of the pictures, leak-free: with a third to test and six seeds every picture is tested twice,
        /// which narrows an interval more than the training pictures are missed.
        static let test = 0.333
        static let validation = 0.1
        /// Epochs under as-paper, and what a picture grows to there.
        static let leakyEpochs = 2
        static let leakyCopies = 2
        static let batchSize = 16
        static let learningRate = 0.02
        static let schedule = LearningRateSchedule.step(every: 2, gamma: 0.1)
        /// Of what the claims turn on, of what shows under as-paper, and of the rest, which has no verdict.
        static let seeds = 6
        static let leakySeeds = 1
        static let fewSeeds = 1
    }

    /// The paper's figures where minutes have to do: small pictures, few epochs; under as-paper at one
    /// amount.
    package static let quick: Study = {
        typealias Settings = QuickSettings
        var study = paper
        (study.name, study.preset, study.size) = ("quick", "quick", Settings.size)
        study.protocols = [
            .leakFree(epochs: Settings.epochs), .asPaper(epochs: Settings.leakyEpochs),
        ]
        study.protocols[0].test = Settings.test
        study.protocols[0].validation = Settings.validation
        study.protocols[1].copies = Settings.leakyCopies
        study.seeds = (0..<UInt64(Settings.seeds)).map { $0 }
        study.training = TrainingOptions(
            epochs: Settings.epochs, batchSize: Settings.batchSize,
            learningRate: Settings.learningRate, schedule: Settings.schedule, augmentation: nil)
        (study.earlyEpochs, study.networks) = (1, .needed)
        study.experiments = PaperExperiments.quick(
            few: Settings.fewSeeds, leaky: Settings.leakySeeds)
        study.reductions =
            study.settingsBelowPaper + [
                Reduction(.other("tickets at 10, 30, 50 and 90% only, and as-paper at 50% only")),
                Reduction(
                    .other(
                        "one seed under as-paper, and for what no claim turns on (10, 21.9 and 30%, and "
                            + "what is beyond the paper)")),
                Reduction(
                    .other(
                        "beyond the paper: leak-free only, no iterative pruning, no second "
                            + "architecture")),
            ]
        return study
    }()

    /// Settings that are smaller than the paper's.
    var settingsBelowPaper: [Reduction] {
        let usual = TrainingOptions()
        var found: [Reduction.Kind] = []
        if size != Study.paper.size { found.append(.size(size, paper: Study.paper.size)) }
        if protocols.contains(where: { $0.epochs != usual.epochs }) {
            let all = protocols.map {
                Reduction.Epochs(protocolName: $0.name, epochs: $0.epochs, copies: $0.copies)
            }
            found.append(.epochs(all, paper: usual.epochs))
        }
        if training.batchSize != usual.batchSize || training.learningRate != usual.learningRate {
            found.append(
                .batch(
                    training.batchSize, rate: training.learningRate, paperBatch: usual.batchSize,
                    paperRate: usual.learningRate))
        }
        if seeds.count < Study.paper.seeds.count { found.append(.seeds(seeds.count)) }
        return found.map(Reduction.init)
    }
}
