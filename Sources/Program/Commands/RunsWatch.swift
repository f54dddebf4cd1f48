import ArgumentParser
import Foundation
import Studies

/// `winnow runs watch DIR`.
struct RunsWatch: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Follows a running study: what is done, at work, queued and failed, and why.",
        discussion: """
            Reads the study's folder, on any machine that sees it, and asks Slurm's squeue and sacct \
            where they are there.
            """)

    @Argument(help: "The folder of a study (default: the one under studies/, if it is alone).")
    var folder: String?
    @Flag(help: "Say where they are once, and end.")
    var once = false
    @Flag(help: "Print one JSON document, and end.")
    var json = false

    /// Lines of a kind that are shown.
    private static let most = 20

    func run() throws {
        let root = try place()
        var watch = try StudyWatch(StoreIndex.store(root))
        var isFirst = true
        while !Interruption.isRequested {
            let standing = try watch.look()
            if json { return try NetworkFiles.printJSON(standing) }
            show(standing)
            let isOver = standing.running.isEmpty && standing.queued.isEmpty
            if once || isOver && !isFirst { return }
            isFirst = false
            usleep(2_000_000)
        }
    }

    private func show(_ standing: StudyWatch.Standing) {
        let more = [("queued", standing.queued.count), ("failed", standing.failed.count)]
            .filter { $0.1 > 0 }.map { ", \($0.1) \($0.0)" }.joined()
        Output.line(
            "\(standing.done)/\(standing.stages) stages, \(standing.running.count) at work\(more)")
        show("at work", standing.running) { line in
            let progress = line.progress.map(StudyScreen.line) ?? line.label
            return "\(progress)  (\(line.words))"
        }
        show("failed", standing.failed) {
            "\($0.stage.prefix(12))  \($0.label): \(OptionNames.inWords($0.words))"
        }
        let reasons = Dictionary(grouping: standing.queued, by: \.words).mapValues(\.count)
        for (reason, count) in reasons.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            Output.line("  queued   \(count)  \(reason)")
        }
    }

    private func show(
        _ kind: String, _ lines: [StudyWatch.Line], _ words: (StudyWatch.Line) -> String
    ) {
        let name = kind.padding(toLength: 9, withPad: " ", startingAt: 0)
        for line in lines.prefix(Self.most) { Output.line("  \(name)\(words(line))") }
        if lines.count > Self.most {
            Output.line("  \(name)and \(lines.count - Self.most) more (--json has all)")
        }
    }

    private func place() throws -> URL {
        if let folder { return URL(fileURLWithPath: folder) }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "studies")) ?? []
        let studies = names.sorted().filter {
            FileManager.default.fileExists(atPath: "studies/\($0)/stages")
        }
        guard studies.count == 1, let name = studies.first else {
            throw ValidationError(
                studies.isEmpty
                    ? "no study lies under studies/ here: name its folder"
                    : "several studies lie under studies/ (\(studies.prefix(5).joined(separator: ", "))): "
                        + "name one, as studies/\(studies[0])")
        }
        return URL(fileURLWithPath: "studies/\(name)")
    }
}
