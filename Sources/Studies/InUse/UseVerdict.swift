import Findings
import Statistics

/// Whether 8-bit numbers alone, or a smaller network that anyone can have, would have done better than a pruned
/// network.
package struct UseVerdict: Sendable, Equatable {
    /// The pruned network, and what it is held against.
    package let pruned: String
    package let other: String
    /// How many times as fast as the pruned network the other is; nil where it was not timed.
    package let faster: Double?
    /// Points by which the other is more often right.
    package let difference: Summary
    package let answer: Answer

    package enum Answer: String, Sendable {
        /// As fast at least, and shown to lose no more than what counts as no loss.
        case yes
        /// As fast at least, and shown to be less often right; or slower, and not shown to be more often right.
        case no
        case unclear = "cannot tell"
    }

    /// - Parameter margin: points that count as no loss.
    init(_ pruned: UsedNetwork, _ other: UsedNetwork, margin: Double) {
        (self.pruned, self.other) = (pruned.name, other.name)
        difference = other.difference(from: pruned)
        faster = pruned.time.flatMap { own in other.time.map { $0.speedup / own.speedup } }
        let (low, high) = (difference.interval?.low, difference.interval?.high)
        guard let faster, let low, let high else {
            answer = .unclear
            return
        }
        if faster >= 1 {
            answer = low >= -margin ? .yes : high < 0 ? .no : .unclear
        } else {
            answer = low <= 0 ? .no : .unclear
        }
    }

    /// `int8 alone instead of ...: yes, 2.10 times as fast; 0.3 [-1.2, 1.8] points`.
    package var words: String {
        "\(other) instead of \(pruned): \(answer.rawValue)"
            + (faster.map { String(format: "; %.2f times as fast", $0) } ?? "; not timed")
            + ", right by \(difference.text(signed: true)) points"
    }

    /// For every network that was cut, in 32-bit numbers: the unpruned one in 8-bit numbers, and each of another
    /// architecture.
    package static func all(
        _ networks: [UsedNetwork], margin: Double = Claim.margin
    ) -> [UseVerdict] {
        networks.filter { $0.recipe.technique.method != nil && $0.numbers == .float32 }.flatMap {
            pruned in
            networks.filter {
                $0.recipe.technique == .unpruned && $0.protocolName == pruned.protocolName
                    && ($0.numbers == .int8 || $0.recipe.architecture != pruned.recipe.architecture)
            }.map { UseVerdict(pruned, $0, margin: margin) }
        }
    }
}
