/// What a random split of a data set would leak, in expectation.
///
/// A test picture with k relatives among n pictures, t of them in the test part, keeps all
/// relatives out of training with probability `product over i < k of (t - 1 - i) / (n - 1 - i)`.
package struct RandomSplitEstimate: Codable, Sendable, Equatable {
    /// Share of the pictures in the test part.
    package let testShare: Double
    /// Expected share of test pictures with a copy (identical or near) in training.
    package let copies: Double
    /// Expected share of test pictures with a relative of the known or suggested groups in
    /// training.
    package let groups: Double?

    init(
        _ subject: AuditSubject, _ copies: Copies, _ suggestion: GroupSuggestion?,
        testShare: Double
    ) {
        let count = subject.files.count
        let test = SplitSettings.count(testShare, of: count)
        self.testShare = testShare
        self.copies = Self.share(copies.counts, test)
        let grouping =
            subject.grouping
            ?? suggestion.flatMap { suggestion in
                (try? GroupRule.parse(suggestion.rule)).flatMap { rule in
                    try? Grouping(files: subject.files.map(\.file), rule: rule)
                }
            }
        groups = grouping.map { grouping in
            let sizes = Dictionary(grouping.ids.map { ($0, 1) }, uniquingKeysWith: +)
            return Self.share(grouping.ids.map { (sizes[$0] ?? 1) - 1 }, test)
        }
    }

    /// The expected share of test pictures with at least one relative in training.
    static func share(_ relatives: [Int], _ test: Int) -> Double {
        guard !relatives.isEmpty else { return 0 }
        let sum = relatives.reduce(0.0) { sum, k in
            var kept = 1.0
            for i in 0..<k where kept > 0 {
                kept *= max(0, Double(test - 1 - i)) / Double(max(1, relatives.count - 1 - i))
            }
            return sum + 1 - kept
        }
        return sum / Double(relatives.count)
    }
}
