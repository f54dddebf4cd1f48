import Statistics
import Studies

/// How much of the network could go without losing accuracy, by which technique.
///
/// "Without losing" is the claims' criterion: the whole 95% interval of the paired difference from the
/// unpruned network lies above -3 points.
struct Answer {
    /// One technique at one amount.
    struct Candidate {
        let technique: Technique
        let amount: Double
        /// Percent of the weights of convolutions that are gone.
        let gone: Double
        /// Points of accuracy, less the unpruned network's, seed by seed.
        let effect: Summary

        var isShownHarmless: Bool { (effect.interval?.low ?? -.infinity) >= -TicketClaim.margin }

        /// `percentile ticket at 50%`.
        var name: String { "\(technique.rawValue) at \(TicketReport.percent(amount))%" }
    }

    let candidates: [Candidate]

    init(_ result: PictureResult) {
        let evidence = result.evidence
        candidates = [Technique.percentile, .random, .distinctiveness].flatMap { technique in
            evidence.amounts(technique).compactMap { amount in
                let effect = evidence.difference(technique, amount, minus: .unpruned)
                let kept = Summary(evidence.values(technique, amount) { $0.keptPercent })
                guard effect.n > 0, kept.n > 0 else { return nil }
                return Candidate(
                    technique: technique, amount: amount, gone: 100 - kept.mean, effect: effect)
            }
        }
    }

    /// Percent of the weights under which nothing worth the name has gone.
    private static let least = 1.0

    /// The harmless candidate that takes most away.
    var best: Candidate? {
        Self.most(candidates.filter { $0.isShownHarmless && $0.gone >= Self.least })
    }

    /// The candidate with most away whose mean loss is within the margin, shown or not.
    var likeliest: Candidate? {
        Self.most(
            candidates.filter {
                $0.effect.mean >= -TicketClaim.margin && $0.gone >= Self.least
            })
    }

    /// Most gone; of equals, least lost.
    private static func most(_ candidates: [Candidate]) -> Candidate? {
        candidates.max { ($0.gone, $0.effect.mean) < ($1.gone, $1.effect.mean) }
    }

    /// The answer in plain words.
    var sentence: String {
        let margin = TicketReport.percent(TicketClaim.margin / 100)
        if let best {
            return "\(share(best)) of the weights of the convolutions could go without losing "
                + "accuracy (\(best.name): \(Wording.points(best.effect)) against the unpruned network, "
                + "where a loss under \(margin) points counts as none)."
        }
        guard let likeliest else {
            return candidates.isEmpty
                ? "Nothing was pruned in this study."
                : "No amount that was tried kept the accuracy within \(margin) points on average."
        }
        return "No amount could be shown to cost less than \(margin) points: the seeds differ too "
            + "much, or are too few. The most that went with a smaller mean loss is "
            + "\(share(likeliest)) of the weights of the convolutions (\(likeliest.name): "
            + "\(Wording.points(likeliest.effect)) against the unpruned network)."
    }

    private func share(_ candidate: Candidate) -> String {
        TicketReport.percent(candidate.gone / 100) + "%"
    }
}
