import Statistics

/// The rules of a verdict.
///
/// - None from fewer than six pairs of runs: an exact sign-flip test cannot reach 5% below.
/// - None where the unpruned network is not clearly better than guessing.
/// - None on a technique that removed nothing worth the name.
/// - Whatever the truth, at most 5% of the verdicts on it are wrong: "better" is tested on both sides,
///   a threshold on each side by itself (`Criterion`), and of claims judged together the p are
///   corrected (Holm), so that the 5% hold for all of them at once.
package enum Judge {
    /// Pairs below which there is no verdict.
    package static let leastPairs = 6
    /// A verdict's p after correction is at most this.
    package static let level = 0.05
    /// Percent of the weights under which nothing worth the name has gone.
    package static let leastRemoved = 1.0

    /// What a claim is to be judged by.
    package struct Evidence: Sendable {
        /// Several have to hold all; those with a refusal are shown only, those never run not at all.
        package let effects: [Effect]
        /// Why nothing can be judged whatever the effects say.
        package let refusal: Refusal?
        package let note: String?

        package init(_ effects: [Effect], refusal: Refusal? = nil, note: String? = nil) {
            self.effects = effects.filter { $0.estimate.n > 0 }
            (self.refusal, self.note) = (self.effects.isEmpty ? .notRun : refusal, note)
        }
    }

    /// Judges claims together, one way.
    package static func findings(
        _ claims: [(claim: Claim, evidence: Evidence)], way: String
    ) -> [Finding] {
        let tests = claims.map { test($0.claim, $0.evidence) }
        let tested = tests.indices.filter { tests[$0].p != nil }
        let adjusted = Dictionary(
            uniqueKeysWithValues: zip(tested, Holm.adjusted(tested.compactMap { tests[$0].p })))
        return claims.indices.map { index in
            let (claim, evidence) = claims[index]
            let test = tests[index]
            let isDecided = adjusted[index].map { $0 <= level } ?? false
            return Finding(
                claim: claim, way: way,
                verdict: test.p == nil ? .untested : isDecided ? test.side : .undecided,
                refusal: test.refusal, effects: evidence.effects.map(explained), p: test.p,
                adjusted: adjusted[index], family: tested.count, note: evidence.note)
        }
    }

    /// Why an estimate alone cannot be judged; nil where it can.
    package static func refusal(_ estimate: Estimate) -> Refusal? {
        refusal(estimate.n)
            ?? (estimate.error == nil ? .tooFewPairs(estimate.n, needed: leastPairs) : nil)
    }

    private static func refusal(_ n: Int) -> Refusal? {
        if n == 0 { return .notRun }
        return n < leastPairs ? .tooFewPairs(n, needed: leastPairs) : nil
    }

    /// An effect that says why it is shown only.
    private static func explained(_ effect: Effect) -> Effect {
        var effect = effect
        let few = effect.proportion == nil ? refusal(effect.estimate) : refusal(effect.estimate.n)
        effect.refusal = effect.refusal ?? few
        return effect
    }

    private struct Test {
        var side = Verdict.untested
        var p: Double?
        var refusal: Refusal?
    }

    /// The side that the numbers speak for, and its p: of "all hold" the largest (an intersection-union
    /// test), of "one fails" the smallest, times their number (Bonferroni).
    private static func test(_ claim: Claim, _ evidence: Evidence) -> Test {
        if let refusal = evidence.refusal { return Test(refusal: refusal) }
        let effects = evidence.effects.map(explained)
        let judged = effects.filter { $0.refusal == nil }
        guard !judged.isEmpty else {
            return Test(refusal: effects.lazy.compactMap(\.refusal).first ?? .notRun)
        }
        let sides = judged.compactMap { claim.criterion.p($0) }
        guard let holds = sides.map(\.holds).max(), let least = sides.map(\.fails).min() else {
            return Test(refusal: .notRun)
        }
        let fails = min(1, least * Double(sides.count))
        return holds <= fails
            ? Test(side: .supported, p: holds) : Test(side: .contradicted, p: fails)
    }
}
