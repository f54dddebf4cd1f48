import Networks
import Pruning
import Training

/// A study that comes with Winnow, and how large the table study beside it is.
package struct StudyPreset: Sendable {
    package let name: String
    package let summary: String
    /// The study of pictures.
    package let study: Study
    /// Trainings of each net of the table study with SGD.
    package let tableReplicates: Int

    /// All presets; help is made from this list.
    package static let all = [
        StudyPreset(
            name: "quick", summary: "every figure at small size: minutes on two cores",
            study: .quick, tableReplicates: 100),
        StudyPreset(
            name: "paper", summary: "the paper's settings and five seeds: a GPU, or patience",
            study: .paper, tableReplicates: 1000),
    ]

    /// The preset with a name.
    ///
    /// - Throws: `StudyError` with the name that was probably meant, and all of them.
    package static func named(_ name: String) throws -> StudyPreset {
        if let preset = all.first(where: { $0.name == name }) { return preset }
        throw StudyError(
            NearestName.refusal(of: name, "preset", among: all.map(\.name))
                + " (winnow study --print quick shows one)")
    }
}

extension Study {
    /// 224 px, batch 8, 25 epochs, SGD 0.001 with momentum 0.9 down tenfold every 7 epochs (paper,
    /// section 2.3 and design.md), under both protocols.
    package static let paper = Study(
        name: "paper", preset: "paper", size: 224, groups: "auto", architecture: .resnet18,
        protocols: [.leakFree(epochs: 25), .asPaper(epochs: 25)], seeds: [0, 1, 2, 3, 4],
        training: TrainingOptions(augmentation: nil), earlyEpochs: 3, sourceEpochs: 20,
        experiments: PaperExperiments.figures(
            reduction: [0.21875, 0.5], tickets: [0.1, 0.2, 0.3, 0.5, 0.7, 0.9], last: [0.7, 0.9])
            + PaperExperiments.beyond(
                amounts: [0.5, 0.9], second: .resnet34, rounds: 3),
        networks: .all, reductions: [])

    /// The paper's figures where minutes have to do: small pictures, few epochs, three seeds; under
    /// as-paper at one amount.
    package static let quick: Study = {
        var study = paper
        (study.name, study.preset, study.size) = ("quick", "quick", 48)
        study.protocols = [.leakFree(epochs: 3), .asPaper(epochs: 2)]
        study.protocols[1].copies = 2
        study.seeds = [0, 1, 2]
        study.training = TrainingOptions(
            epochs: 3, batchSize: 16, learningRate: 0.02, schedule: .step(every: 2, gamma: 0.1),
            augmentation: nil)
        (study.earlyEpochs, study.networks) = (1, .needed)
        study.experiments = PaperExperiments.quick
        study.reductions =
            study.settingsBelowPaper + [
                "tickets at 10, 30, 50 and 90% only, and as-paper at 50% only",
                "beyond the paper: leak-free only, no iterative pruning, no second architecture",
            ]
        return study
    }()

    /// Settings that are smaller than the paper's, one phrase each.
    var settingsBelowPaper: [String] {
        let usual = TrainingOptions()
        var phrases: [String] = []
        if size != Study.paper.size { phrases.append("\(size) px instead of \(Study.paper.size)") }
        if let first = protocols.first, protocols.contains(where: { $0.epochs != usual.epochs }) {
            let others = protocols.dropFirst().filter { $0.epochs != first.epochs }.map {
                "\($0.name) \($0.epochs)" + ($0.copies > 1 ? ", on \($0.copies) copies" : "")
            }
            let aside = others.isEmpty ? "" : " (\(others.joined(separator: "; ")))"
            phrases.append("\(first.epochs) epochs\(aside) instead of \(usual.epochs)")
        }
        if training.batchSize != usual.batchSize || training.learningRate != usual.learningRate {
            phrases.append(
                "batch \(training.batchSize) and rate \(training.learningRate) instead of "
                    + "\(usual.batchSize) and \(usual.learningRate)")
        }
        if seeds.count < Study.paper.seeds.count {
            phrases.append(seeds.count == 1 ? "1 seed" : "\(seeds.count) seeds")
        }
        return phrases
    }
}
