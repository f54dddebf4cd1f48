/// A statement, on pictures or on the table, and what has to hold for it: written down before any run
/// is looked at.
package struct Claim: Sendable, Codable, Equatable {
    package enum Subject: String, Sendable, Codable, CaseIterable {
        case pictures
        case table
    }

    /// Short and fixed: `percentile-beats-random`.
    package let id: String
    package let subject: Subject
    /// In a few words, for tables and charts.
    package let name: String
    /// Section or figure of the paper.
    package let section: String
    /// Whether the paper makes it; otherwise it is what its claims need to be read right.
    package let isPapers: Bool
    package let statement: String
    /// What is measured: `at 50%, percentile (as the paper) minus distinctiveness`.
    package let measured: String
    package let unit: Effect.Unit
    package let criterion: Criterion

    package init(
        _ id: String, _ subject: Subject, name: String, section: String, isPapers: Bool = true,
        statement: String, measured: String, unit: Effect.Unit = .points, _ criterion: Criterion
    ) {
        (self.id, self.subject, self.name, self.section) = (id, subject, name, section)
        (self.isPapers, self.statement, self.measured) = (isPapers, statement, measured)
        (self.unit, self.criterion) = (unit, criterion)
    }

    /// `at 50%, accuracy minus unpruned is above -3 points`.
    package var condition: String { "\(measured) is \(criterion.text(unit))" }

    /// Points of accuracy that count as none: the standard deviation that the paper gives for its
    /// fine-tuned network (section 2.3).
    package static let margin = 3.0
}
