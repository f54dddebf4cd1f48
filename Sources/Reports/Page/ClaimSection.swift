import Core
import Findings
import Studies

/// Statements with a verdict for each way they were tried.
struct ClaimSection {
    let title: String
    let note: String
    /// What they were tried on, as columns.
    let ways: [String]
    let claims: [Claim]
    let findings: [Finding]

    /// - Parameter findings: claims in their order, for each way in its order.
    init(title: String, note: String, _ findings: [Finding]) {
        (self.title, self.note, self.findings) = (title, note, findings)
        ways = Self.distinct(findings.map(\.way))
        var claims: [Claim] = []
        for finding in findings where !claims.contains(where: { $0.id == finding.claim.id }) {
            claims.append(finding.claim)
        }
        // The paper's own first.
        self.claims = claims.filter(\.isPapers) + claims.filter { !$0.isPapers }
    }

    /// Statements on pictures, then on the table.
    static func all(_ records: StudyRecords) -> [ClaimSection] {
        let pictures = records.pictures.flatMap(\.findings)
        let table = records.table?.study.claims ?? []
        return [
            ("On pictures (sections 3.3 to 3.6)", pictures),
            ("On the table of features (sections 2.3 to 3.2)", table),
        ].filter { !$0.1.isEmpty }.map { ClaimSection(title: $0.0, note: note($0.1), $0.1) }
    }

    /// How the verdicts were come by.
    private static func note(_ findings: [Finding]) -> String {
        let family = findings.map(\.family).max() ?? 0
        return "A verdict needs \(Judge.leastPairs) pairs of runs, a network that clearly beats "
            + "guessing, and a technique that removed something."
            + (family > 1
                ? " Up to \(family) claims are judged together: their p are corrected (Holm), so that "
                    + "in at most one study of twenty any verdict is wrong." : "")
    }

    func finding(_ claim: Claim, _ way: String) -> Finding? {
        findings.first { $0.claim.id == claim.id && $0.way == way }
    }

    /// How many of the paper's statements fared how, tried the first way.
    var tally: String {
        guard let way = ways.first else { return "" }
        let own = claims.filter(\.isPapers)
        let verdicts = own.compactMap { finding($0, way)?.verdict }
        func count(_ kinds: [Verdict]) -> Int { verdicts.count { kinds.contains($0) } }
        return "\(count([.supported])) of the paper's \(own.count) statements "
            + "\(count([.supported]) == 1 ? "holds" : "hold") here, \(count([.contradicted])) "
            + "\(count([.contradicted]) == 1 ? "does" : "do") not, "
            + "\(count([.undecided, .untested])) cannot be told (\(way))."
    }

    private static func distinct(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}

extension ClaimSection {
    /// A line a statement, for a terminal.
    var short: TextTable {
        TextTable(
            title: "Claims: \(title)", header: ["claim"] + ways,
            rows: claims.map { claim in
                [claim.name]
                    + ways.map { way in
                        finding(claim, way).map { "\($0.says)  \($0.evidence)" } ?? ""
                    }
            }, notes: [note])
    }

    /// For `claims.csv`: one row a verdict.
    var csv: [[String]] {
        claims.flatMap { claim in
            ways.compactMap { way in
                finding(claim, way).map {
                    [
                        claim.section, claim.id, claim.statement, claim.condition, way,
                        $0.verdict.rawValue, $0.refusal?.text ?? "",
                        $0.p.map { "\($0)" } ?? "", $0.adjusted.map { "\($0)" } ?? "", $0.evidence,
                    ]
                }
            }
        }
    }

    static let csvHeader = [
        "section", "claim", "statement", "criterion", "tried_on", "verdict", "refusal", "p",
        "p_holm", "evidence",
    ]

    /// The same as a table, for Markdown and LaTeX.
    var table: ReportTable {
        let lines = claims.map { claim in
            [claim.section, claim.statement]
                + ways.map { way in
                    finding(claim, way).map { "\($0.says): \($0.evidence)" } ?? ""
                }
        }
        return ReportTable(
            TextTable(
                title: "Statements: \(title)", header: ["section", "statement"] + ways,
                rows: lines,
                notes: [note] + claims.map { "\($0.name): holds if \($0.condition)." }))
    }
}
