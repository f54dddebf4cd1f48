import Statistics
import Studies

/// Numbers in sentences.
enum Wording {
    /// `percentile ticket minus unpruned at 50%: -0.4 [-2.1, +1.3] points, n = 3`; nil without such runs.
    static func against(
        _ technique: StudyTechnique, _ amount: Double, _ other: StudyTechnique,
        _ evidence: TicketEvidence
    ) -> String? {
        let isPaired = other.method != nil
        let effect = evidence.difference(
            technique, amount, minus: other, isPaired ? amount : nil)
        guard effect.n > 0 else { return nil }
        return "\(technique.name) minus \(other.name) at \(TicketReport.percent(amount))%: "
            + points(effect)
    }

    /// `-0.4 [-2.1, +1.3] points, n = 3`.
    static func points(_ effect: Summary) -> String {
        effect.text(signed: true) + " points" + (effect.n > 1 ? ", n = \(effect.n)" : "")
    }

    /// At most one decimal: `50`, `14.3`.
    static func number(_ value: Double) -> String { TicketReport.percent(value / 100) }

    /// Facts as one sentence; empty for none.
    static func list(_ facts: [String]) -> String {
        facts.isEmpty ? "" : facts.joined(separator: "; ") + "."
    }

    /// `a, b and c`.
    static func words(_ items: [String]) -> String {
        guard let last = items.last, items.count > 1 else { return items.first ?? "" }
        return items.dropLast().joined(separator: ", ") + " and " + last
    }
}
