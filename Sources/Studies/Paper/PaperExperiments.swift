import Models
import Pruning

/// The paper's figures on pictures, and what its last section asks for, as experiments.
enum PaperExperiments {
    /// Fig. 1 and Figs. 2 to 6 (sections 3.3 to 3.5, appendix).
    ///
    /// - Parameters:
    ///   - reduction: fractions for Fig. 1 beside the paper's angles; the paper's are 21.875 and 50%.
    ///   - tickets: fractions of Fig. 2.
    ///   - last: fractions of Fig. 6, 70 and 90% in the paper.
    static func figures(
        reduction: [Double], tickets: [Double], last: [Double]
    ) -> [Experiment] {
        [
            Experiment("Fig. 1", compared + [.matched], amounts: reduction),
            Experiment(
                "Fig. 1 at 45 and 50 degrees", compared + [.matched], angles: [45, 50]),
            Experiment("Fig. 1 by merging order", byOrder, amounts: reduction),
            Experiment("Fig. 2", [.unpruned, .percentile], amounts: tickets),
            against("Fig. 3", [0.1]), against("Fig. 4", [0.3]), against("Fig. 5", [0.5]),
            against("Fig. 6", last),
        ]
    }

    private static let compared: [StudyTechnique] = [
        .unpruned, .control, .distinctiveness, .asThePaper,
    ]

    /// Distinctiveness that reaches the amount whatever the angles, and percentile beside it.
    private static let byOrder: [StudyTechnique] = [
        .unpruned, .distinctivenessByOrder, .matchedByOrder,
    ]

    /// Every figure of the paper: with all of the study's seeds what its claims turn on (unpruned,
    /// control, percentile against random tickets at 50 and 90%, distinctiveness at 50% by angle and by
    /// merging order against percentile), with `leakySeeds` of them as-paper, with `few` the rest.
    static func quick(few: Int, leaky leakySeeds: Int) -> [Experiment] {
        let (honest, leaky) = (["leak-free"], ["as-paper"])
        let usual: [StudyTechnique] = [.unpruned, .percentile]
        return [
            Experiment("Fig. 1", compared, amounts: [0.5], protocols: honest),
            Experiment("Fig. 1 by merging order", byOrder, amounts: [0.5], protocols: honest),
            Experiment("Fig. 1", compared, amounts: [0.21875], protocols: honest, seeds: few),
            Experiment(
                "Fig. 1 by merging order", byOrder, amounts: [0.21875], protocols: honest,
                seeds: few),
            Experiment(
                "Fig. 1", [.unpruned, .distinctiveness, .asThePaper], amounts: [0.5],
                protocols: leaky, seeds: leakySeeds),
            Experiment("Fig. 2", usual, amounts: [0.5, 0.9], protocols: honest),
            Experiment("Fig. 2", usual, amounts: [0.1, 0.3], protocols: honest, seeds: few),
            Experiment("Fig. 2", usual, amounts: [0.5], protocols: leaky, seeds: leakySeeds),
            against("Fig. 3", [0.1], honest, few), against("Fig. 4", [0.3], honest, few),
            against("Fig. 5", [0.5], honest), against("Fig. 5", [0.5], leaky, leakySeeds),
            against("Fig. 6", [0.9], honest),
            Experiment(
                "Equal total epochs", [.unpruned, .control, .percentile, .random],
                amounts: [0.9], protocols: honest),
            Experiment(
                "Pretrained and from scratch", usual, amounts: [0.9],
                starts: StartPoint.allCases, protocols: honest, seeds: few),
            Experiment(
                "Rewinding", usual, amounts: [0.9], rewinds: RewindPoint.allCases,
                protocols: honest, seeds: few),
            Experiment(
                "Compression and speed", usual + [.distinctiveness, .distinctivenessByOrder],
                amounts: [0.5], protocols: honest, seeds: few, cost: true),
        ]
    }

    private static func against(
        _ name: String, _ amounts: [Double], _ protocols: [String]? = nil, _ seeds: Int? = nil
    ) -> Experiment {
        Experiment(
            name, [.unpruned, .percentile, .random], amounts: amounts, protocols: protocols,
            seeds: seeds)
    }

    /// What the paper asks for and did not do (section 4), and the controls that its claims need.
    static func beyond(
        amounts: [Double], second: Architecture, rounds: Int
    ) -> [Experiment] {
        let tickets: [StudyTechnique] = [.unpruned, .percentile, .random]
        return [
            Experiment(
                "Equal total epochs", [.unpruned, .control, .percentile, .random],
                amounts: amounts),
            Experiment(
                "Pretrained and from scratch", tickets, amounts: amounts,
                starts: StartPoint.allCases),
            Experiment(
                "Rewinding", [.unpruned, .percentile], amounts: amounts,
                rewinds: RewindPoint.allCases),
            Experiment(
                "Second architecture", tickets, amounts: amounts, architectures: [second]),
            Experiment(
                "Iterative and one-shot", [.unpruned, .percentile], amounts: amounts,
                rounds: [1, rounds]),
            Experiment(
                "Compression and speed",
                [.unpruned, .percentile, .distinctiveness], amounts: amounts, cost: true),
            GeneratedExperiment.whole,
        ]
    }
}
