/// What an audit found; written as JSON, shown as text.
package struct AuditReport: Codable, Sendable, Equatable {
    /// Readable pictures.
    package let pictures: Int
    package let classes: [String]
    /// Samples in the test part; nil without a split.
    package let testPictures: Int?
    /// Worst first.
    package let findings: [AuditFinding]
    /// What a random split would leak; nil where a split was audited.
    package let randomSplit: RandomSplitEstimate?
    /// How to group the pictures; nil where groups are known or nothing fits.
    package let suggestion: GroupSuggestion?

    /// Whether the audited split leaks.
    package var leaks: Bool { findings.contains { $0.severity == .leak } }

    /// 2 for a leak, 1 for a warning, 0 otherwise.
    package var exitStatus: Int32 {
        switch findings.map(\.severity).max() {
        case .leak: 2
        case .warning: 1
        case .note, nil: 0
        }
    }

    /// The pairs of pictures to look at, worst first, each pair once.
    package var worstPairs: [AuditExample] {
        var seen: Set<Set<String>> = []
        return findings.flatMap(\.examples).filter { example in
            example.files.count == 2 && seen.insert(Set(example.files)).inserted
        }
    }
}
