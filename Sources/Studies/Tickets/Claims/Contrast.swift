import Findings
import Statistics

/// A sum of accuracies with weights, seed by seed: one technique less another, or how their difference
/// grows with the amount.
struct Contrast {
    /// One technique's accuracy, times a weight.
    struct Term {
        let technique: StudyTechnique
        let amount: Double?
        let weight: Double
    }

    let terms: [Term]

    init(_ terms: [Term]) { self.terms = terms }

    /// The accuracy of one technique.
    init(_ technique: StudyTechnique, _ amount: Double?) {
        terms = [Term(technique: technique, amount: amount, weight: 1)]
    }

    /// One technique less another.
    init(
        _ technique: StudyTechnique, _ amount: Double?, minus other: StudyTechnique,
        _ otherAmount: Double?
    ) {
        terms = [
            Term(technique: technique, amount: amount, weight: 1),
            Term(technique: other, amount: otherAmount, weight: -1),
        ]
    }

    /// The runs of every term for one seed; nil where one is missing.
    func runs(_ evidence: TicketEvidence, seed: UInt64) -> [TechniqueRun]? {
        let runs = terms.compactMap { evidence.run($0.technique, $0.amount, seed: seed) }
        return runs.count == terms.count ? runs : nil
    }

    /// Its value in points, seed by seed.
    func values(_ evidence: TicketEvidence) -> [Double] {
        evidence.seeds.compactMap { seed in
            runs(evidence, seed: seed).map { runs in
                zip(terms, runs).reduce(0) { $0 + $1.0.weight * $1.1.accuracy }
            }
        }
    }

    /// Its mean in points over pictures, groups and seeds; over the seeds alone where the records do
    /// not tell what each picture was answered.
    func estimate(_ evidence: TicketEvidence) -> Estimate {
        sample(evidence)?.estimate.scaled(by: 100) ?? Estimate(values(evidence))
    }

    /// Every test picture's share in it; nil unless every run tells its answers, all of a seed's on
    /// the same pictures.
    private func sample(_ evidence: TicketEvidence) -> CrossedSample? {
        guard let groups = evidence.groups else { return nil }
        var sample = CrossedSample()
        for (index, seed) in evidence.seeds.enumerated() {
            guard let runs = runs(evidence, seed: seed) else { continue }
            let answers = runs.compactMap(\.training.answers)
            guard answers.count == runs.count, let first = answers.first,
                answers.allSatisfy({ $0.isComparable(to: first) })
            else { return nil }
            for (place, picture) in first.pictures.enumerated() {
                guard groups.indices.contains(picture) else { return nil }
                let value = zip(terms, answers).reduce(0.0) { sum, pair in
                    let isRight = pair.1.given[place] == pair.1.labels[place]
                    return sum + (isRight ? pair.0.weight : 0)
                }
                sample.add(seed: index, group: groups[picture], value: value)
            }
        }
        return sample.pictures > 0 ? sample : nil
    }

    /// Share of test pictures that the first two networks answer differently, mean over the seeds.
    private func churn(_ evidence: TicketEvidence) -> Double? {
        guard terms.count == 2 else { return nil }
        let shares = evidence.seeds.compactMap { seed -> Double? in
            guard let runs = runs(evidence, seed: seed), let a = runs[0].training.answers,
                let b = runs[1].training.answers, a.isComparable(to: b)
            else { return nil }
            return Churn.share(a.given, b.given)
        }
        return shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count)
    }

    /// The number with what is shown beside it: P(A beats B), the sign-flip p, churn.
    ///
    /// A technique that removed nothing is shown, and not judged.
    func effect(_ evidence: TicketEvidence, _ label: String, confidence: Double = 0.90) -> Effect {
        let values = values(evidence)
        let isLevel = terms.count == 1
        return Effect(
            label: label, unit: isLevel ? .percent : .points, estimate: estimate(evidence),
            confidence: confidence, wins: isLevel ? nil : WinProbability(values),
            signFlip: isLevel ? nil : SignFlip.p(values), churn: churn(evidence),
            refusal: terms.lazy.compactMap { $0.refusal(evidence) }.first)
    }
}

extension Contrast.Term {
    /// That its technique took away next to nothing.
    fileprivate func refusal(_ evidence: TicketEvidence) -> Refusal? {
        guard technique.method != nil else { return nil }
        let removed = evidence.removed(technique, amount)
        guard removed.n > 0, removed.mean < Judge.leastRemoved else { return nil }
        return .removedNothing(
            technique: Arm.name(technique.name, amount), percent: removed.mean)
    }
}
