import Statistics

/// How much of a network could go without losing accuracy, under one protocol.
package struct Answer: Sendable, Equatable {
    /// Points of accuracy that count as none.
    package let margin: Double
    package let arms: [Arm]
    /// Why nothing can be answered whatever the arms say.
    package let refusal: Refusal?

    package init(_ arms: [Arm], margin: Double, refusal: Refusal?) {
        (self.arms, self.margin, self.refusal) = (arms, margin, refusal)
    }

    private var pruned: [Arm] { arms.filter { $0.loss != nil && $0.removesSomething } }

    /// The arm that takes most away and is shown to lose nothing.
    package var best: Arm? { Self.most(pruned.filter { $0.verdict == .supported }) }

    /// The arm that takes most away with a mean loss within the margin, shown or not.
    package var likeliest: Arm? {
        Self.most(pruned.filter { ($0.loss?.estimate.mean ?? -.infinity) >= -margin })
    }

    /// Most gone; of equals, least lost.
    private static func most(_ arms: [Arm]) -> Arm? {
        arms.max {
            ($0.removed.mean, $0.loss?.estimate.mean ?? 0)
                < ($1.removed.mean, $1.loss?.estimate.mean ?? 0)
        }
    }

    /// In plain words, one or two sentences.
    package var sentence: String {
        let points = "\(margin.formatted(digits: 1)) points"
        if let refusal, case .guessing(let facts) = refusal {
            return "Nothing can be said of pruning: \(facts.text)."
        }
        if let best {
            return "\(share(best)) of the weights of the convolutions could go without losing "
                + "accuracy (\(said(best)), where a loss under \(points) counts as none)."
        }
        guard let likeliest else {
            return pruned.isEmpty
                ? "Nothing was pruned in this study."
                : "No amount that was tried kept the accuracy within \(points) on average."
        }
        return "No amount could be shown to cost less than \(points). The most that went with a "
            + "smaller mean loss is \(share(likeliest)) of the weights of the convolutions "
            + "(\(said(likeliest)); \(likeliest.refusal?.text ?? "cannot tell"))."
    }

    private func share(_ arm: Arm) -> String { "\(arm.removed.mean.formatted(digits: 1))%" }

    private func said(_ arm: Arm) -> String {
        "\(arm.name): \(arm.loss?.text ?? "") points against the unpruned network"
    }
}
