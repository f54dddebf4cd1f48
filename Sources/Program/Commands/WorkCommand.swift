import ArgumentParser
import Foundation
import Studies

/// `winnow work`: stages of a study that was submitted, each in a task of its own.
struct WorkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "work",
        abstract: "Does one stage of a study that winnow submit wrote down; its scripts call this.",
        discussion: """
            What the stage needs must be done. A stage that is done is left as it is; one that \
            another worker is at is waited for. On SIGTERM it stops, status 130, and goes on after \
            the last epoch that it saved when it is called again.
            """)

    @Argument(help: "The folder of a study.")
    var folder: String
    @Option(help: "The first digits of a stage's identity; may be repeated.")
    var stage: [String] = []
    @OptionGroup(title: "Pictures and weights") var source: StudySourceOptions
    @OptionGroup var machine: MachineOptions

    func validate() throws {
        guard !stage.isEmpty else {
            throw ValidationError("name a stage: --stage ID, as the lists in jobs/ have it")
        }
    }

    func run() throws {
        let device = try machine.prepare()
        let host = StudyHost.console()
        for digits in stage {
            let task = try StageTask(
                digits, in: URL(fileURLWithPath: folder), source.source, device: device, host)
            Console.note("  stage    \(task.label)")
            var shown = Date.distantPast
            let outcome = try task.run { worker in
                // What goes to a task's log is read by a person, if at all.
                guard Date().timeIntervalSince(shown) >= (Console.isTerminal ? 5 : 60) else {
                    return
                }
                shown = Date()
                Console.note("  at work  \(StudyScreen.line(worker))")
            }
            Console.note("  \(outcome == .done ? "done    " : "was done")  \(task.label)")
        }
    }
}
