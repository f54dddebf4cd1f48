import ArgumentParser
import Core
import Foundation
import Studies
import Training

/// `winnow runs`: the stages of a study's folder.
struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "Lists, shows, compares and clears the stages of a study.",
        subcommands: [
            RunsList.self, RunsShow.self, RunsDiff.self, RunsPath.self, RunsCollect.self,
            RunsWatch.self,
        ])
}

/// `winnow runs list DIR`.
struct RunsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the stages of a study's folder.")

    @Argument(help: "The folder of a study.")
    var folder: String

    func run() throws {
        let index = try StoreIndex(URL(fileURLWithPath: folder))
        let labels = try StageWords(index.store)
        for entry in index.entries {
            Output.line(
                [
                    String(entry.id.prefix(12)), entry.state.rawValue,
                    labels[entry], labels.result(entry),
                ].joined(separator: "  "))
        }
        let done = index.entries.count { $0.state == .done }
        Console.note("  \(index.entries.count) stages, \(done) done")
    }
}

/// `winnow runs show DIR ID`.
struct RunsShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows what a stage did and what it found, as JSON.")

    @Argument(help: "The folder of a study.")
    var folder: String
    @Argument(help: "The first digits of a stage's identity.")
    var stage: String

    func run() throws {
        let index = try StoreIndex(URL(fileURLWithPath: folder))
        let entry = try index.find(stage)
        Console.note(
            "  \(entry.id)  \(entry.state.rawValue)  \(try StageWords(index.store)[entry])")
        for name in ["stage.json", "record.json"] {
            guard let data = try? Data(contentsOf: entry.folder.appendingPathComponent(name)) else {
                continue
            }
            Output.write(data)
        }
    }
}

/// `winnow runs diff DIR ID ID`.
struct RunsDiff: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Shows in which settings and results two stages differ.")

    @Argument(help: "The folder of a study.")
    var folder: String
    @Argument(help: "The first digits of a stage's identity.")
    var first: String
    @Argument(help: "The first digits of another's.")
    var second: String

    func run() throws {
        let index = try StoreIndex(URL(fileURLWithPath: folder))
        let (a, b) = (try index.find(first), try index.find(second))
        let words = try StageWords(index.store)
        var lines = try settings(a, b, index)
        if let x = words.training(a), let y = words.training(b) {
            lines += try StageDifference.lines(x, y)
        }
        for line in lines { Output.line("\(line.place)  \(line.first)  \(line.second)") }
        if lines.isEmpty { Console.note("  no difference") }
    }

    /// Of the stages, and of the stages that they come from: identities of parents say nothing.
    private func settings(
        _ a: StoreIndex.Entry, _ b: StoreIndex.Entry, _ index: StoreIndex
    ) throws -> [StageDifference.Line] {
        guard a.id != b.id else { return [] }
        guard let first = a.stage, let second = b.stage else {
            let damaged = a.stage == nil ? a : b
            throw StudyError("\(damaged.folder.path): its stage.json cannot be read")
        }
        var lines = try StageDifference.lines(first, second).filter {
            !$0.place.hasPrefix("parents.") || $0.first == "-" || $0.second == "-"
        }
        for (place, pair) in zip(first.parents, second.parents).enumerated() {
            lines += try settings(index.find(pair.0), index.find(pair.1), index).map {
                StageDifference.Line(
                    place: "parents.\(place).\($0.place)", first: $0.first, second: $0.second)
            }
        }
        return lines
    }
}

/// `winnow runs path DIR ID`.
struct RunsPath: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "path", abstract: "Prints the folder of a stage, for other programs.")

    @Argument(help: "The folder of a study.")
    var folder: String
    @Argument(help: "The first digits of a stage's identity.")
    var stage: String

    func run() throws {
        Output.line(try StoreIndex(URL(fileURLWithPath: folder)).find(stage).folder.path)
    }
}

/// `winnow runs gc DIR`.
struct RunsCollect: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc",
        abstract: "Removes stages that no study planned in this folder needs.")

    @Argument(help: "The folder of a study.")
    var folder: String
    @Flag(help: "Remove them; without it they are only listed.")
    var delete = false

    func run() throws {
        let index = try StoreIndex(URL(fileURLWithPath: folder))
        let words = try StageWords(index.store)
        let found = try index.store.collectable(index)
        var removed = 0
        for entry in found {
            Output.line("\(entry.id.prefix(12))  \(entry.state.rawValue)  \(words[entry])")
            if delete, try index.store.remove(entry) { removed += 1 }
        }
        Console.note(
            delete
                ? "  \(removed) of \(index.entries.count) stages removed"
                : "  \(found.count) of \(index.entries.count) stages can go: --delete removes them")
    }
}
