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
        let reads: [PruningOptions.Setting]
    }

    func run() throws {
        if json {
            try NetworkFiles.printJSON(
                PruningMethod.all.map { Line(name: $0.name, summary: $0.summary, reads: $0.reads) })
            return
        }
        let width = PruningMethod.all.map(\.name.count).max() ?? 0
        for method in PruningMethod.all {
            let name = method.name.padding(toLength: width, withPad: " ", startingAt: 0)
            // The counts of each layer come from another method's masks, not from the command line.
            let options = method.reads.filter { $0 != .counts }.map { "--\($0.rawValue)" }
            print("\(name)  \(method.summary)  (\(options.joined(separator: ", ")))")
        }
    }
}
