import ArgumentParser
import Pruning

/// `winnow methods`: what `prune --method` takes.
struct MethodsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "methods", abstract: "Lists the pruning methods.")

    @Flag(help: "Print one JSON document instead of a table.")
    var json = false

    /// One method, for programs.
    private struct Line: Encodable {
        let name: String
        let summary: String
        let reads: [PruningSettings.Setting]
        let criterion: String
        let element: Criterion.Element
        let needs: [Criterion.Need]
        let source: String
    }

    func run() throws {
        let lines = PruningMethod.all.map {
            Line(
                name: $0.name, summary: $0.summary, reads: $0.reads, criterion: $0.criterion.name,
                element: $0.criterion.element, needs: $0.criterion.needs,
                source: $0.criterion.source)
        }
        if json {
            try NetworkFiles.printJSON(lines)
            return
        }
        let width = lines.map(\.name.count).max() ?? 0
        for line in lines {
            let name = line.name.padding(toLength: width, withPad: " ", startingAt: 0)
            let options =
                line.reads.map { "--\($0.rawValue)" }
                + (line.needs.contains(.pictures) ? ["--data"] : [])
            Output.line("\(name)  \(line.summary)  (\(options.joined(separator: ", ")))")
        }
    }
}
