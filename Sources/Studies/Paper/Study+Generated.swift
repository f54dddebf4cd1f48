import Findings
import Generating
import Models
import Training

extension Study {
    /// Whether generated pictures help so small a data set: the last sentence of the paper's future work. Six seeds,
    /// 64 px, leak-free; a third of the pictures tests, in turns.
    package static let generated: Study = {
        var study = reduction
        (study.name, study.preset) = ("generated", "generated")
        study.protocols[0].epochs = 6
        study.training.epochs = 6
        study.generators = GeneratorSettings.Kind.allCases.map { GeneratorSettings($0, epochs: 40) }
        study.experiments = [GeneratedExperiment.whole]
        study.reductions = study.settingsBelowPaper
        return study
    }()
}

/// The experiment "Generated pictures".
enum GeneratedExperiment {
    private static func experiment(
        _ ways: [StudyProtocol.Augmentation], _ amounts: [Double]
    ) -> Experiment {
        Experiment(
            "Generated pictures", [.unpruned, .percentile], amounts: amounts,
            augmentations: ways, protocols: ["leak-free"])
    }

    private static func added(_ kind: GeneratorSettings.Kind?) -> StudyProtocol.Augmentation {
        .added(AddedPictures(share: 0.5, by: kind))
    }

    /// With and without pictures of both kinds of generator; as many of the training part's own a second time are
    /// the control.
    static let whole = experiment([.flip, added(nil), added(.vae), added(.gan)], [0.9])
}
