import ArgumentParser

/// The program: one file a command, each translating options to one library call.
@main
struct Winnow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "winnow",
        abstract: "Fine-tunes, prunes, retrains and compares neural networks, with honest statistics.",
        subcommands: [MeasureCommand.self]
    )
}
