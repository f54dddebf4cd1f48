import Findings
import Statistics

/// What one comparison of techniques says: the techniques with what each took away, the claims judged,
/// what could go without loss, and what a reader should not overlook.
package struct PictureFindings: Sendable {
    /// `leak-free`: what tells it from the other comparisons of a report.
    package let way: String
    package let conditions: Conditions
    /// nil without an unpruned network.
    package let guessing: Guessing?
    package let arms: [Arm]
    package let findings: [Finding]
    package let answer: Answer
    /// The gravest first.
    package let cautions: [Caution]

    package init(_ report: TicketReport, way: String? = nil) {
        let evidence = TicketEvidence(report.runs, groups: report.groups)
        let name = way ?? report.protocolName ?? report.conditions.dataProtocol?.name ?? "pictures"
        let guessing = Self.guessing(evidence)
        let refusal = guessing.flatMap { $0.isBeaten ? nil : Refusal.guessing($0) }
        self.way = name
        self.guessing = guessing
        conditions = report.conditions
        arms = Arm.judged(Self.arms(evidence), margin: Claim.margin, refusal: refusal)
        findings = PictureClaims.findings(evidence, way: name, refusal: refusal)
        answer = Answer(arms, margin: Claim.margin, refusal: refusal)
        cautions = Self.cautions(report, evidence, arms, refusal)
    }

    /// What guessing is right on, and the unpruned network.
    private static func guessing(_ evidence: TicketEvidence) -> Guessing? {
        let own = evidence.runs.filter { $0.technique == .unpruned }
        guard let first = own.first?.training.history.first?.evaluation else { return nil }
        let classes = first.recall.count
        let labels = own.compactMap(\.training.answers).flatMap(\.labels)
        let counts = Dictionary(grouping: labels, by: { $0 }).mapValues(\.count)
        let even = 100 / Double(max(1, classes))
        let most = counts.values.max().map { 100 * Double($0) / Double(labels.count) }
        var unpruned = Contrast(.unpruned, nil).estimate(evidence)
        unpruned.pictures =
            unpruned.pictures ?? first.count
        return Guessing(classes: classes, rate: max(even, most ?? even), unpruned: unpruned)
    }

    private static func arms(_ evidence: TicketEvidence) -> [Arm] {
        StudyTechnique.all.flatMap { technique -> [Arm] in
            let amounts: [Double?] =
                technique.method == nil ? [nil] : evidence.amounts(technique).map { $0 }
            return amounts.compactMap { arm(evidence, technique, $0) }
        }
    }

    private static func arm(
        _ evidence: TicketEvidence, _ technique: StudyTechnique, _ amount: Double?
    ) -> Arm? {
        let accuracy = Contrast(technique, amount).estimate(evidence)
        guard accuracy.n > 0 else { return nil }
        let angles = evidence.values(technique, amount) { $0.angle }
        let loss =
            technique == .unpruned
            ? nil : Contrast(technique, amount, minus: .unpruned, nil).effect(evidence, "")
        return Arm(
            technique: technique.name, amount: amount,
            name: Arm.name(technique.name, amount),
            removed: evidence.removed(technique, amount),
            angles: angles.min().flatMap { low in
                angles.max().map { Interval(low: low, high: $0) }
            }, accuracy: accuracy, loss: loss)
    }

    private static func cautions(
        _ report: TicketReport, _ evidence: TicketEvidence, _ arms: [Arm], _ refusal: Refusal?
    ) -> [Caution] {
        var found = report.conditions.cautions
        if case .guessing(let facts) = refusal { found.append(.guessing(facts)) }
        if report.watchesTest, !report.conditions.cautions.contains(where: \.isLeak) {
            found.append(.leaks(Conditions.DataProtocol(name: "as-paper", leaks: true)))
        }
        let idle = arms.filter { $0.amount != nil && !$0.removesSomething }.map(\.name)
        if !idle.isEmpty { found.append(.removedNothing(idle)) }
        let seeds = evidence.seeds.count
        if seeds < Judge.leastPairs { found.append(.fewSeeds(seeds)) }
        let tested = report.runs.compactMap(\.training.test?.count).first
        if let tested, tested < Caution.enoughPictures { found.append(.fewTestPictures(tested)) }
        return found.enumerated().sorted { ($0.1.rank, $0.0) < ($1.1.rank, $1.0) }.map(\.1)
    }
}

extension TicketReport {
    /// Whether the validation pictures are the test pictures.
    package var watchesTest: Bool { !runs.contains { $0.training.test != nil } }
}
