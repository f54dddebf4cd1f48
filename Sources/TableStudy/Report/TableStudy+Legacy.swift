import Findings

/// A verdict as records held it when claims were sentences: by an interval alone, not corrected.
struct OldClaim: Decodable {
    let claim: String
    let section: String
    let statement: String
    let criterion: String
    let optimizer: TableOptimizer
    let protocolName: String
    let verdict: Verdict
    let evidence: String

    /// The same verdict; its numbers are words, and what was measured is the old criterion.
    var finding: Finding {
        Finding(
            claim: Claim(
                claim, .table, name: claim, section: section, statement: statement,
                measured: "by an earlier Winnow's criterion (\(criterion)) the effect", .better),
            way: TableClaims.way(optimizer, protocolName), verdict: verdict, refusal: nil,
            effects: [], p: nil, adjusted: nil, family: 0, note: evidence)
    }
}
