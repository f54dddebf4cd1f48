import Datasets
import Foundation
import Studies

/// The manifests of a data set's split: one, or one for each round.
struct WrittenSplits {
    let data: PictureData
    let kind: Datasets.DataProtocol
    /// nil for the protocol's own way to divide.
    let strategy: SplitStrategy?
    let copies: Int
    let settings: SplitSettings

    /// Writes them, audits each as training will, and says what they hold.
    ///
    /// - Parameter folder: where the pictures are; named where a manifest lies elsewhere.
    func write(to path: String, folder: String, threads: Int) throws {
        let store = data.store
        let problem = try SplitProblem(
            labels: store.files.map(\.label), classCount: store.classes.count,
            grouping: data.grouping)
        let rounds = try kind.rounds(
            problem, copies: copies, settings: settings, strategy: strategy)
        let copies = try store.copies(threads: threads)
        for (round, split) in rounds.enumerated() {
            let file = rounds.count == 1 ? path : Self.numbered(path, round + 1)
            let manifest = try Manifest(
                classes: store.classes, files: store.files, facts: store.facts,
                grouping: data.grouping, split: split, protocolName: kind.name)
            try manifest.write(to: file)
            let parts = SplitPart.allCases.map { "\(split[$0].count) \($0.rawValue)" }
            Console.note("\(file): \(kind.name), \(parts.joined(separator: ", "))")
            try note(split, copies, folder, threads)
        }
        noteFolder(path, folder)
    }

    /// The leaks of a split, as an audit of its manifest finds them.
    private func note(
        _ split: SampleSplit, _ copies: Copies, _ folder: String, _ threads: Int
    ) throws {
        var subject = try AuditSubject(data.store, root: folder)
        subject.grouping = data.grouping
        subject.split = split
        let findings = Audit(threads: threads).report(subject, copies: copies).findings
        for leak in findings where leak.severity == .leak {
            Console.note("  this split leaks: \(leak.summary)")
        }
    }

    private func noteFolder(_ path: String, _ folder: String) {
        let beside = URL(fileURLWithPath: path).deletingLastPathComponent()
        let pictures = URL(fileURLWithPath: folder, isDirectory: true)
        guard beside.resolvingSymlinksInPath().path != pictures.resolvingSymlinksInPath().path
        else { return }
        Console.note(
            "  its pictures are not beside it: say where with --data \(folder) (in winnow audit "
                + "--root \(folder))")
    }

    /// `splits.json` of round 2 is `splits-2.json`.
    private static func numbered(_ path: String, _ round: Int) -> String {
        let ending = (path as NSString).pathExtension
        let start = (path as NSString).deletingPathExtension
        return ending.isEmpty ? "\(path)-\(round)" : "\(start)-\(round).\(ending)"
    }
}
