/// How bad a finding is.
package enum AuditSeverity: String, Codable, Sendable, Comparable {
    /// Worth knowing.
    case note
    /// Likely to spoil something: look at it.
    case warning
    /// Test or validation pictures have relatives in training: their results are not to be trusted.
    case leak

    package static func < (a: AuditSeverity, b: AuditSeverity) -> Bool { a.rank < b.rank }

    private var rank: Int {
        switch self {
        case .note: 0
        case .warning: 1
        case .leak: 2
        }
    }
}

/// What an audit looks for.
package enum AuditKind: String, Codable, Sendable, CaseIterable {
    case identicalAcrossSplit
    case nearDuplicatesAcrossSplit
    case groupsAcrossSplit
    case siblingsAcrossSplit
    case generatedInTest
    case testInValidation
    case conflictingLabels
    case identicalFiles
    case nearDuplicates
    case changedFiles
    case unreadable
    case damaged
    case tiny
    case noFace
    case missingClass
    case similarLabels
    case classImbalance
}

/// One thing an audit found.
package struct AuditFinding: Codable, Sendable, Equatable {
    package let kind: AuditKind
    package let severity: AuditSeverity
    /// One sentence with the numbers.
    package let summary: String
    /// Pictures concerned.
    package let pictures: Int
    /// Test samples concerned; nil without a split.
    package let testPictures: Int?
    /// Validation samples concerned; nil without a split.
    package let validationPictures: Int?
    /// Some of them, the worst first; all of them where single files are at fault.
    package let examples: [AuditExample]
}

/// A picture or a pair of pictures behind a finding.
package struct AuditExample: Codable, Sendable, Equatable {
    /// One file or two.
    package let files: [String]
    /// What is the matter with them.
    package let note: String
}
