import Datasets
import Foundation

/// The manifests of a data set's split: one, or one for each round.
package struct WrittenSplits {
    let data: PictureData
    let kind: Datasets.DataProtocol
    /// nil for the protocol's own way to divide.
    let strategy: SplitStrategy?
    let copies: Int
    let settings: SplitSettings
    /// A split that was there before, to be written down; nil to divide.
    let given: SampleSplit?

    package init(
        data: PictureData, kind: Datasets.DataProtocol, strategy: SplitStrategy?, copies: Int,
        settings: SplitSettings, given: SampleSplit? = nil
    ) {
        self.given = given
        (self.data, self.kind, self.strategy) = (data, kind, strategy)
        (self.copies, self.settings) = (copies, settings)
    }

    /// One manifest that was written.
    package struct Written {
        package let file: String
        /// Pictures of each part.
        package let counts: [(part: SplitPart, pictures: Int)]
        /// What an audit calls leaks, a line each.
        package let leaks: [String]
    }

    /// Writes them, and audits each as training will.
    ///
    /// - Parameters:
    ///   - folder: where the pictures are.
    ///   - onWritten: told of each as soon as it is there.
    package func write(
        to path: String, folder: String, threads: Int, onWritten: (Written) -> Void
    ) throws {
        let store = data.store
        let problem = try SplitProblem(
            labels: store.files.map(\.label), classCount: store.classes.count,
            grouping: data.grouping)
        let rounds =
            try given.map { [$0] }
            ?? kind.rounds(problem, copies: copies, settings: settings, strategy: strategy)
        let copies = try store.copies(threads: threads)
        for (round, split) in rounds.enumerated() {
            let file = rounds.count == 1 ? path : Self.numbered(path, round + 1)
            let manifest = try Manifest(
                classes: store.classes, files: store.files, facts: store.facts,
                grouping: data.grouping, split: split, protocolName: kind.name)
            try manifest.write(to: file)
            onWritten(
                Written(
                    file: file, counts: SplitPart.allCases.map { ($0, split[$0].count) },
                    leaks: try leaks(split, copies, folder, threads)))
        }
    }

    /// The leaks of a split, as an audit of its manifest finds them.
    private func leaks(
        _ split: SampleSplit, _ copies: Copies, _ folder: String, _ threads: Int
    ) throws -> [String] {
        var subject = try AuditSubject(data.store, root: folder)
        subject.grouping = data.grouping
        subject.split = split
        let findings = Audit(threads: threads).report(subject, copies: copies).findings
        return findings.filter { $0.severity == .leak }.map(\.summary)
    }

    /// `splits.json` of round 2 is `splits-2.json`.
    private static func numbered(_ path: String, _ round: Int) -> String {
        let ending = (path as NSString).pathExtension
        let start = (path as NSString).deletingPathExtension
        return ending.isEmpty ? "\(path)-\(round)" : "\(start)-\(round).\(ending)"
    }
}
