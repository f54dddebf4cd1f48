import Core

/// Whether weights or filters compete within their own layer or with those of every layer.
package enum Scope: String, Codable, Sendable, CaseIterable {
    case layer
    case global
    case shape

    package var summary: String {
        switch self {
        case .layer: "the same fraction of every layer"
        case .global: "the lowest scores wherever they are"
        case .shape: "the lowest scores among layers of equal shape"
        }
    }
}

/// What may be left of a network.
package struct Budget: Codable, Sendable, Hashable {
    package enum Measure: String, Codable, Sendable, CaseIterable {
        case parameters
        /// Multiply-adds for a picture.
        case macs
        /// Of the trained numbers as they are stored; zeros count.
        case bytes
        /// Time of a picture's forward pass on this machine, measured.
        case latency
    }

    package let measure: Measure
    /// Of the network as it is: 0.5 is half.
    package let fraction: Double

    package init(_ measure: Measure, _ fraction: Double) {
        (self.measure, self.fraction) = (measure, fraction)
    }

    /// Reads `macs=0.5`.
    ///
    /// - Throws: `PruningError` for anything else.
    package init(text: String) throws {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
        let names = Measure.allCases.map(\.rawValue)
        guard parts.count == 2, let fraction = Double(parts[1]), (0..<1).contains(fraction) else {
            throw PruningError(
                "budget '\(text)': expected a measure (\(names.joined(separator: ", "))) and what may be "
                    + "left of it, e.g. macs=0.5 or parameters=0.1")
        }
        guard let measure = Measure(rawValue: parts[0]) else {
            throw PruningError(NearestName.refusal(of: parts[0], "measure", among: names))
        }
        self.init(measure, fraction)
    }
}

/// N of every M weights stay, along the input channels, as processors with sparse products take them (Mishra et al.
/// 2021, Accelerating sparse deep neural networks: 2 of 4).
package struct WeightPattern: Codable, Sendable, Hashable {
    package let kept: Int
    package let of: Int

    package init(_ kept: Int, of: Int) { (self.kept, self.of) = (kept, of) }

    /// Reads `2:4`.
    ///
    /// - Throws: `PruningError` for anything else.
    package init(text: String) throws {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let kept = parts[0], let of = parts[1] else {
            throw PruningError("pattern '\(text)': expected how many of how many stay, e.g. 2:4")
        }
        self.init(kept, of: of)
        try check()
    }

    package var words: String { "\(kept):\(of)" }

    func check() throws {
        guard (2...64).contains(of), (1..<of).contains(kept) else {
            throw PruningError(
                "pattern \(words): expected N of M that stay, N below M and M from 2 to 64, e.g. 2:4"
            )
        }
    }
}

/// How much goes.
package indirect enum Selection: Codable, Sendable, Hashable {
    /// The fraction of what is not zero already, lowest scores first, 0...1.
    case amount(Double)
    /// Every later filter of two that are closer than this many degrees (paper, section 2.4).
    case angle(Double)
    /// The same at the smallest whole angle at which some layer loses this fraction of its filters (paper,
    /// section 3.3: 45 degrees went with 21.875% and 50 degrees with 50%).
    case reaching(Double)
    /// As little as keeps the budget.
    case budget(Budget)
    /// All but the highest of every few weights.
    case pattern(WeightPattern)
    /// Of each layer as many weights as the other takes.
    case matched(Reference)
    /// Of every layer the largest fraction of filters that the other takes of any (paper, section 3.3).
    case largestShare(Reference)

    /// Another choice, whose numbers are taken over.
    package struct Reference: Codable, Sendable, Hashable {
        package let criterion: Criterion
        package let scope: Scope
        package let selection: Selection

        package init(_ criterion: Criterion, _ scope: Scope = .layer, _ selection: Selection) {
            (self.criterion, self.scope, self.selection) = (criterion, scope, selection)
        }
    }

    /// `0.5`, `at 45 degrees`, `as many as weight-angle at 45 degrees`.
    package var words: String {
        switch self {
        case .amount(let amount): "\(amount)"
        case .angle(let angle): "at \(angle) degrees"
        case .reaching(let share): "at the angle that reaches \(share)"
        case .budget(let budget): "to \(budget.measure.rawValue) \(budget.fraction)"
        case .pattern(let pattern): "\(pattern.words)"
        case .matched(let other): "as many as \(other.criterion.name) \(other.selection.words)"
        case .largestShare(let other):
            "the largest share of \(other.criterion.name) \(other.selection.words)"
        }
    }

    /// - Throws: `PruningError` for a number out of range.
    func check() throws {
        switch self {
        case .amount(let amount), .reaching(let amount): try PruningAmount.check(amount)
        case .angle(let angle):
            guard (0...180).contains(angle) else {
                throw PruningError("angle \(angle): expected degrees from 0 to 180, e.g. 45")
            }
        case .budget(let budget):
            guard (0..<1).contains(budget.fraction) else {
                throw PruningError("budget \(budget.fraction): expected a fraction from 0 to 1")
            }
        case .pattern(let pattern): try pattern.check()
        case .matched(let other), .largestShare(let other): try other.selection.check()
        }
    }
}

/// How many weights a fraction of them is.
package enum PruningAmount {
    /// `floor(fraction * count)` of the decimal fraction that was meant.
    ///
    /// 0.29 of 100 is 29, though the binary product is 28.999999999999996: a product within one
    /// unit in the last place of a whole number is that number.
    package static func count(_ fraction: Double, of count: Int) -> Int {
        let product = fraction * Double(count)
        let nearest = product.rounded()
        return Int(abs(nearest - product) <= nearest.ulp ? nearest : product.rounded(.down))
    }

    /// - Throws: `PruningError` unless the fraction is in 0...1.
    static func check(_ fraction: Double) throws {
        guard (0...1).contains(fraction) else {
            throw PruningError(
                "amount \(fraction): expected a fraction from 0 to 1 (half of the weights is 0.5)")
        }
    }
}
