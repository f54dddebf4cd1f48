import ArgumentParser

/// `winnow reproduce`: the paper's experiments on pictures, on a table of features, or both.
struct ReproduceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reproduce",
        abstract: "Does the paper's experiments again, with statistics, on your data.",
        discussion: """
            pictures  fine-tunes a ResNet, prunes it by each technique, rewinds, retrains (--data or --manifest, --weights)
            table     the feed-forward net and its pruning, Tables 1 to 5 (--table)
            """)

    @Option(help: "pictures or table (default: whichever --data or --table asks for).")
    var part: String?
    @OptionGroup(title: "Pictures") var pictures: PictureOptions
    @OptionGroup(title: "Table") var table: TableOptions
    @OptionGroup(title: "Table study") var study: TableStudyOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @Option(help: "cpu, cuda, cuda:1 or mps (pictures).")
    var device = "cpu"

    func run() throws {
        let given = pictures.pictures.isGiven ? "pictures" : table.table != nil ? "table" : ""
        switch part ?? given {
        case "pictures":
            var machine = MachineOptions()
            machine.threads = output.threads
            machine.device = device
            try PicturePart.run(pictures, output, machine.prepare())
        case "table": try TablePart.run(table, study, output)
        case "":
            throw ValidationError(
                "name the data: --data DIR or --manifest FILE for pictures, --table FILE for a table of features"
            )
        case let other: throw ValidationError("no part '\(other)'. Parts: pictures, table")
        }
    }
}
