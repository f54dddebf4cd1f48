import Networks

/// The paper's figures on pictures, and what its last section asks for, as experiments.
///
/// `amounts` picks those that a preset can afford; each figure keeps at least one.
enum PaperExperiments {
    /// Fig. 1 and Figs. 2 to 6 (sections 3.3 to 3.5, appendix).
    ///
    /// - Parameters:
    ///   - reduction: fractions for Fig. 1 beside the paper's angles; the paper's are 21.875 and 50%.
    ///   - tickets: fractions of Fig. 2.
    ///   - last: fractions of Fig. 6, 70 and 90% in the paper.
    ///   - anglesUnder: protocols under which the angles are run; nil is all.
    static func figures(
        reduction: [Double], tickets: [Double], last: [Double], anglesUnder: [String]? = nil
    ) -> [Experiment] {
        let compared: [Technique] = [.unpruned, .control, .distinctiveness, .asThePaper, .matched]
        return [
            Experiment("Fig. 1", compared, amounts: reduction),
            Experiment(
                "Fig. 1 at 45 and 50 degrees", compared, angles: [45, 50],
                protocols: anglesUnder),
            Experiment("Fig. 2", [.unpruned, .percentile], amounts: tickets),
            against("Fig. 3", [0.1]), against("Fig. 4", [0.3]), against("Fig. 5", [0.5]),
            against("Fig. 6", last),
        ]
    }

    private static func against(_ name: String, _ amounts: [Double]) -> Experiment {
        Experiment(name, [.unpruned, .percentile, .random], amounts: amounts)
    }

    /// What the paper asks for and did not do (section 4), and the controls that its claims need.
    ///
    /// - Parameter protocols: where they are run; nil is everywhere.
    static func beyond(
        amounts: [Double], second: Architecture, rounds: Int, protocols: [String]?
    ) -> [Experiment] {
        let tickets: [Technique] = [.unpruned, .percentile, .random]
        return [
            Experiment(
                "Equal total epochs", [.unpruned, .control, .percentile, .random],
                amounts: amounts),
            Experiment(
                "Pretrained and from scratch", tickets, amounts: amounts,
                starts: StartPoint.allCases, protocols: protocols),
            Experiment(
                "Rewinding", [.unpruned, .percentile], amounts: amounts,
                rewinds: RewindPoint.allCases, protocols: protocols),
            Experiment(
                "Second architecture", tickets, amounts: amounts, architectures: [second],
                protocols: protocols),
            Experiment(
                "Iterative and one-shot", [.unpruned, .percentile], amounts: amounts,
                rounds: [1, rounds], protocols: protocols),
            Experiment(
                "Compression and speed",
                [.unpruned, .percentile, .distinctiveness], amounts: amounts,
                protocols: protocols, cost: true),
        ]
    }
}
