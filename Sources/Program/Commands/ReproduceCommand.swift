import ArgumentParser
import Core
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
            How large: \(StudyPreset.all.map { "\($0.name) (\($0.summary))" }.joined(separator: "; ")). \
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
        if let part, !["pictures", "table"].contains(part) {
            throw ValidationError(
                NearestName.refusal(of: part, "part", among: ["pictures", "table"]))
        }
        if part == "table", pictures.pictures.isGiven {
            throw ValidationError(
                "--part table takes a table of features (--table FILE), not pictures; winnow features "
                    + "makes one from them")
        }
    }

    func run() throws { try Reproduction(self).run() }
}
