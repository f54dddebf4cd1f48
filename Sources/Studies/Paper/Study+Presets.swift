import Networks
import Training

extension Study {
    /// Every built-in study.
    package static let presets: [(name: String, summary: String, study: Study)] = [
        ("quick", "every figure at small size: minutes on two cores", .quick),
        ("paper", "the paper's settings and five seeds: a GPU, or patience", .paper),
    ]

    /// The preset with a name.
    ///
    /// - Throws: `StudyError` with the names there are.
    package static func preset(_ name: String) throws -> Study {
        guard let found = presets.first(where: { $0.name == name }) else {
            throw StudyError(
                "no study '\(name)'. Studies: \(presets.map(\.name).joined(separator: ", ")), or a "
                    + "file (winnow study --print quick shows one)")
        }
        return found.study
    }

    /// 224 px, batch 8, 25 epochs, SGD 0.001 with momentum 0.9 down tenfold every 7 epochs (paper,
    /// section 2.3 and design.md), under both protocols.
    package static let paper = Study(
        name: "paper", preset: "paper", size: 224, groups: "auto", architecture: .resnet18,
        protocols: [.leakFree(epochs: 25), .asPaper(epochs: 25)], seeds: [0, 1, 2, 3, 4],
        training: TrainingOptions(augmentation: nil), earlyEpochs: 3, sourceEpochs: 20,
        experiments: PaperExperiments.figures(
            reduction: [0.21875, 0.5], tickets: [0.1, 0.2, 0.3, 0.5, 0.7, 0.9], last: [0.7, 0.9])
            + PaperExperiments.beyond(
                amounts: [0.5, 0.9], second: .resnet34, rounds: 3, protocols: nil),
        networks: .all, reductions: [])

    /// The same questions where minutes have to do: small pictures, few epochs, three seeds; what goes
    /// beyond the paper at one amount and under one protocol.
    package static let quick = Study(
        name: "quick", preset: "quick", size: 32, groups: "auto", architecture: .resnet18,
        protocols: [.leakFree(epochs: 4), .asPaper(epochs: 2)], seeds: [0, 1, 2],
        training: TrainingOptions(
            epochs: 4, batchSize: 32, learningRate: 0.01, schedule: .step(every: 3, gamma: 0.1),
            augmentation: nil), earlyEpochs: 1, sourceEpochs: 5,
        experiments: PaperExperiments.figures(
            reduction: [0.21875, 0.5], tickets: [0.1, 0.3, 0.5, 0.9], last: [0.9],
            anglesUnder: ["as-paper"])
            + PaperExperiments.beyond(
                amounts: [0.9], second: .resnet34, rounds: 2, protocols: ["leak-free"]),
        networks: .needed,
        reductions: [
            "32 px instead of 224", "4 epochs (as-paper 2, on three copies) instead of 25",
            "batch 32 and rate 0.01 instead of 8 and 0.001", "3 seeds",
            "tickets at 10, 30, 50 and 90% only",
            "filters at 45 and 50 degrees as-paper only (at the same amounts under both)",
            "what goes beyond the paper at 90% and leak-free only",
        ])
}
