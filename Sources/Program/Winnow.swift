import ArgumentParser
import Foundation
import Studies
import Torch
import Training

/// The program: one file a command, each translating options to one library call.
@main
struct Winnow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "winnow",
        abstract:
            "Fine-tunes, prunes, retrains and compares neural networks, with honest statistics.",
        version: WinnowVersion.text,
        subcommands: [
            ReproduceCommand.self, FinetuneCommand.self, ShrinkCommand.self, PruneCommand.self,
            RetrainCommand.self, GenerateCommand.self, EvaluateCommand.self, BenchCommand.self,
            InspectCommand.self,
            CompactCommand.self, QuantizeCommand.self, ExportCommand.self,
            MethodsCommand.self, WeightsCommand.self, PredictCommand.self, ReportCommand.self,
            StudyCommand.self, SubmitCommand.self, WorkCommand.self, RunsCommand.self,
            AuditCommand.self, DataCommand.self,
            FacesCommand.self, FeaturesCommand.self,
            SearchCommand.self, DistinctivenessCommand.self, MeasureCommand.self,
            MeasureFacesCommand.self, MeasureTableCommand.self, MeasureAugmentationCommand.self,
            MeasureListingCommand.self, MeasureSchedulerCommand.self, BenchEngineCommand.self,
            DoctorCommand.self,
        ]
    )

    /// The program's own file: what worker processes are started from.
    static var file: URL {
        Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
    }

    /// Runs the command; an error is one line, `error: ...`, and a status other than 0.
    static func main() {
        Output.prepare()
        Interruption.listen()
        do {
            var command = try parseAsRoot()
            if command is any EndsAtOnce { Interruption.endAtOnce() }
            try command.run()
        } catch {
            fail(with: error)
        }
    }

    /// Ends with an error; a process that is silent beside others tells it too.
    private static func fail(with error: any Error) -> Never {
        Console.isSilent = false
        if let refusal = error as? ValidationError {
            // A command's own refusal: ArgumentParser would add the usage of the whole program.
            Console.note("error: \(refusal.message)")
            Foundation.exit(ExitCode.validationFailure.rawValue)
        }
        guard isOwn(error) else { end(with: error) }
        Console.note("error: \(error)")
        if error is TorchError {
            Console.note("Whether this installation is sound:  winnow doctor")
        }
        Foundation.exit(Interruption.isRequested || error is Interrupted ? 130 : 1)
    }

    /// Help, and refusals of calls, as ArgumentParser words them.
    private static func end(with error: any Error) -> Never {
        let (status, text) = (exitCode(for: error), fullMessage(for: error))
        if status.isSuccess {
            Output.line(text)
        } else if !text.isEmpty {
            Console.draw(text + "\n")
        }
        Foundation.exit(status.rawValue)
    }

    /// Whether the error is of one of Winnow's rooms, whose descriptions are written for people.
    private static func isOwn(_ error: any Error) -> Bool {
        !(error is ExitCode) && !(error is CleanExit)
            && !String(reflecting: type(of: error)).hasPrefix("ArgumentParser")
    }
}
