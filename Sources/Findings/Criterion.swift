import Statistics

/// What has to hold of a number for a claim to hold.
package enum Criterion: Sendable, Codable, Equatable {
    /// Above 0. Two-sided, since 0 itself is a likely truth: each side counts twice.
    case better
    /// Below 0, two-sided as well.
    case worse
    /// Above minus the margin: "without losing accuracy", the lower half of two one-sided tests
    /// (Schuirmann 1987).
    case noLoss(margin: Double)
    /// Below minus the margin.
    case loss(margin: Double)
    case above(Double)
    case below(Double)
    /// Within bounds: both one-sided tests.
    case within(Double, Double)

    /// How likely numbers that speak so clearly for the criterion, and against it, would be, if the
    /// truth lay on its edge. nil for numbers without an error.
    package func p(_ effect: Effect) -> (holds: Double, fails: Double)? {
        func above(_ threshold: Double) -> Double? { effect.pAbove(threshold) }
        func below(_ threshold: Double) -> Double? { effect.pBelow(threshold) }
        func sides(_ holds: Double?, _ fails: Double?, times factor: Double = 1) -> (
            holds: Double, fails: Double
        )? {
            guard let holds, let fails else { return nil }
            return (min(1, factor * holds), min(1, factor * fails))
        }
        switch self {
        case .better: return sides(above(0), below(0), times: 2)
        case .worse: return sides(below(0), above(0), times: 2)
        case .noLoss(let margin): return sides(above(-margin), below(-margin))
        case .loss(let margin): return sides(below(-margin), above(-margin))
        case .above(let threshold): return sides(above(threshold), below(threshold))
        case .below(let threshold): return sides(below(threshold), above(threshold))
        case .within(let low, let high):
            guard let a = above(low), let b = below(high), let c = below(low), let d = above(high)
            else { return nil }
            return (max(a, b), min(1, 2 * min(c, d)))
        }
    }

    /// The confidence of the interval that decides alone at 5%: 95% for a two-sided test, 90% for
    /// one-sided ones.
    package var confidence: Double { self == .better || self == .worse ? 0.95 : 0.90 }

    /// `above -3 points`.
    package func text(_ unit: Effect.Unit) -> String {
        func shown(_ value: Double) -> String {
            let factor = unit == .share ? 100.0 : 1
            let text = (value * factor).formatted(digits: 1)
            return unit == .points ? "\(text) points" : "\(text)%"
        }
        return switch self {
        case .better: unit == .points ? "above 0" : "above 0%"
        case .worse: unit == .points ? "below 0" : "below 0%"
        case .noLoss(let margin): "above \(shown(-margin))"
        case .loss(let margin): "below \(shown(-margin))"
        case .above(let value): "above \(shown(value))"
        case .below(let value): "below \(shown(value))"
        case .within(let low, let high): "within \(shown(low)) to \(shown(high))"
        }
    }
}

extension Double {
    /// At most `digits` decimals, without zeros at the end.
    func formatted(digits: Int) -> String {
        var text = Estimate(n: 1, mean: self, error: nil, degrees: nil).middle(digits: digits)
        while text.contains("."), let last = text.last, last == "0" || last == "." {
            text.removeLast()
            if last == "." { break }
        }
        return text
    }
}
