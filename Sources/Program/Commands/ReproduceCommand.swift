import ArgumentParser
import Core
import Foundation
import Reports
import Reproduction
import Studies

/// `winnow reproduce`: the paper's experiments on pictures, on a table of features, or both.
struct ReproduceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reproduce",
        abstract: "Does the paper's experiments again, with statistics, and writes a report.",
        discussion: """
            pictures  fine-tunes a ResNet, prunes it by each technique, rewinds, retrains (--data or \
            --manifest, --weights)
            table     the feed-forward net and its pruning, Tables 1 to 5 (--table)
            Without --data and --table: both, on the synthetic pictures that come with Winnow. \
            Finished work is kept: the same command goes on where it was stopped.
            """)

    @Option(
        help: "pictures or table (default: what --data or --table asks for; both without them).")
    var part: String?
    @Option(
        help: """
            How large: \(StudyPreset.ofPaper.map { "\($0.name) (\($0.summary))" }.joined(separator: "; ")). \
            Default: quick for embedded pictures; for your own paper, where that takes this machine no \
            more than an hour, by a training step timed first.
            """)
    var preset: String?
    @OptionGroup(title: "Pictures") var pictures: PictureOptions
    @OptionGroup(title: "Table") var table: TableOptions
    @OptionGroup(title: "Table study") var study: TableStudyOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @Option(
        help: """
            Worker processes side by side for the pictures; the threads are divided among them \
            (default: one a core for small pictures on the CPU, otherwise one).
            """)
    var jobs: Int?
    @Flag(help: "List the stages of the pictures' study and how long they may take; train nothing.")
    var dryRun = false
    @Flag(help: "Print every table too, not only the one screen of results.")
    var tables = false
    @Option(help: "cpu, cuda, cuda:1 or mps (pictures).")
    var device = "cpu"

    func validate() throws {
        if let jobs, !(1...64).contains(jobs) {
            throw ValidationError("--jobs must be 1 to 64, got \(jobs)")
        }
        let parts = ReproductionRequest.Part.allCases.map(\.rawValue)
        if let part, !parts.contains(part) {
            throw ValidationError(NearestName.refusal(of: part, "part", among: parts))
        }
        if part == "table", pictures.pictures.isGiven {
            throw ValidationError(
                "--part table takes a table of features (--table FILE), not pictures; winnow features "
                    + "makes one from them")
        }
    }

    func run() throws {
        try checkOptions()
        let work = try Reproduction(request(), .console(), on: ReproductionConsole())
        if dryRun {
            if let (run, jobs) = try work.planned() {
                for line in try run.list(jobs: jobs) { Output.line(line) }
            }
            return
        }
        let result = try work.run()
        if output.json {
            Output.write(try result.json(page(work.folder)))
            return
        }
        if tables { Output.line(result.tables) }
        let page = try page(work.folder)
        Output.line(try result.screen(page))
        guard let page else { return }
        Output.line("\nPage  \(page.page.path)")
        if !tables { Output.line("All tables: ./winnow report \(work.folder.path) --tables") }
    }

    /// Refuses options that would be passed over.
    private func checkOptions() throws {
        let given = GivenOptions.all
        let isOwn = pictures.pictures.isGiven || table.table != nil
        if part == "table" || part == nil && isOwn && !pictures.pictures.isGiven {
            try given.refuse(
                [
                    "--skip-unreadable", "--crop-faces", "--weights", "--pretrain",
                    "--architecture",
                    "--size", "--epochs", "--batch-size", "--learning-rate", "--amounts", "--seeds",
                    "--groups", "--protocol", "--augmentation", "--precision", "--jobs", "--device",
                    "--dry-run",
                ], "this is about pictures, and the table alone was asked for")
        }
        if part == "pictures" || part == nil && isOwn && table.table == nil {
            try given.refuse(
                [
                    "--table", "--label", "--group", "--group-pattern", "--blocks",
                    "--drop-outliers", "--replicates", "--adam-replicates", "--table-epochs",
                    "--rate", "--hidden", "--retrain-epochs", "--retrain-replicates", "--seed",
                ], "this is about the table, and pictures alone were asked for")
        }
        if dryRun { try given.refuse(["--json", "--tables"], "--dry-run gives a list, as text") }
        if output.json { try given.refuse(["--tables"], "the JSON document has everything") }
        if let out = output.out, !dryRun { try OutputFiles.checkFolder(out, as: "--out") }
    }

    private func request() throws -> ReproductionRequest {
        var machine = MachineOptions()
        (machine.threads, machine.device) = (output.threads, device)
        var request = ReproductionRequest(
            StudySource(pictures.pictures, pictures.start),
            threads: try MachineOptions.checked(threads: output.threads),
            table: { try table.data() },
            tableSettings: { try study.settings(seed: output.seed, $0) })
        request.part = part.flatMap(ReproductionRequest.Part.init)
        (request.preset, request.jobs, request.out) = (preset, jobs, output.out)
        request.cropFaces = pictures.cropFaces
        request.changes = try pictures.changes()
        request.augmentation = pictures.variation.augmentation
        request.hasOwnTable = table.table != nil
        request.call = Self.call
        if request.hasPictures {
            request.device = try machine.prepare(for: request.changes.precision)
        }
        return request
    }

    /// The page; nil, and a warning, where what it is made with is not installed: the records are there.
    private func page(_ folder: URL) throws -> Report.Written? {
        do {
            let written = try Report.write(
                study: folder, tools: ReportTools.find(above: Bundle.main.executableURL))
            for note in written.notes { Console.note("warning: \(note)") }
            Console.note("  report   \(written.page.path)")
            return written
        } catch let error as ReportError {
            Console.note(
                "warning: no report: \(error). When that is mended: winnow report \(folder.path)")
            return nil
        }
    }

    /// The command as it was given.
    private static var call: String {
        let words = CommandLine.arguments.dropFirst().map { word in
            word.contains { " '\"\\$*?()".contains($0) }
                ? "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'" : word
        }
        return (["./winnow"] + words).joined(separator: " ")
    }
}
