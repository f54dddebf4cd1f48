import Foundation

/// The leak audit of a data set or of a split; see `AuditKind` for what it looks for.
package struct Audit: Sendable {
    /// Pictures whose shorter side is below this are reported as tiny, in pixels.
    package var tinySide: Int
    /// The largest class may be this many times the smallest before it is a warning.
    package var imbalance: Double
    /// How near duplicates are told.
    package var near: NearDuplicates
    /// The test share of the random split that is imagined where there is no split.
    package var testShare: Double
    package var threads: Int
    /// Examples kept with a finding.
    package var examples: Int

    package init(
        tinySide: Int = 32, imbalance: Double = 3, near: NearDuplicates = NearDuplicates(),
        testShare: Double = 0.1,
        threads: Int = ProcessInfo.processInfo.activeProcessorCount, examples: Int = 12
    ) {
        self.tinySide = tinySide
        self.imbalance = imbalance
        self.near = near
        self.testShare = testShare
        self.threads = threads
        self.examples = examples
    }

    /// Looks for everything in `AuditKind`; findings come worst first.
    ///
    /// - Parameter known: the subject's copies, where they were looked for already.
    package func report(_ subject: AuditSubject, copies known: Copies? = nil) -> AuditReport {
        let copies =
            known
            ?? Copies(facts: subject.facts, prints: subject.prints, near: near, threads: threads)
        var findings: [AuditFinding] = []
        if let split = subject.split {
            findings += leaks(subject, copies, split)
            findings += generatedInTest(subject, split)
            findings += testInValidation(subject, copies, split)
            findings += missingClasses(subject, split)
        }
        findings += repeats(subject, copies)
        findings += files(subject)
        findings += labels(subject)
        findings += classes(subject)
        let suggestion =
            subject.grouping == nil
            ? GroupSuggestion.best(
                files: subject.files.map(\.file), classCount: subject.classes.count,
                copies: copies.pairs) : nil
        return AuditReport(
            pictures: subject.files.count, classes: subject.classes,
            testPictures: subject.split.map { $0[.test].count },
            findings: findings.enumerated().sorted {
                ($1.element.severity, $0.offset) < ($0.element.severity, $1.offset)
            }.map(\.element),
            randomSplit: subject.split == nil
                ? RandomSplitEstimate(subject, copies, suggestion, testShare: testShare) : nil,
            suggestion: suggestion)
    }
}
