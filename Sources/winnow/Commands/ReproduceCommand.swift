import ArgumentParser
import Studies

/// `winnow reproduce --part table`.
struct ReproduceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reproduce",
        abstract: "Does the paper's experiments again, with statistics, on your data.")

    @Option(help: "table: the feed-forward net and its pruning (Tables 1 to 5).")
    var part = "table"
    @OptionGroup var table: TableOptions
    @OptionGroup var study: TableStudyOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        guard part == "table" else {
            throw StudyError("no part '\(part)'. Parts: table")
        }
        try TablePart.run(table, study, output)
    }
}
