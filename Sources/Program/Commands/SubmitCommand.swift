import ArgumentParser
import Core
import Foundation
import Studies
import Torch

/// `winnow submit`: a study as job arrays of Slurm.
struct SubmitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Submits a study to a Slurm cluster, a job array for each level of its stages.",
        discussion: """
            The study's folder must be one that every node sees under the same path, as must the \
            pictures, the weights and this program. Each task does one stage (winnow work); what is done is \
            not submitted. The scripts lie in jobs/ of the study's folder and can be submitted by \
            hand. See winnow runs watch, and docs/scale.md.
            """)

    @Argument(help: "A preset's name, or a study file (.json).")
    var study: String
    @OptionGroup(title: "Pictures and weights") var source: StudySourceOptions
    @Option(help: "Where results go (default: studies/<name>).")
    var out: String?
    @OptionGroup(title: "What each task asks for") var jobs: JobSettings
    @Flag(help: "Show what would be submitted; write nothing.")
    var dryRun = false
    @Flag(help: "Submit what an earlier submission left: what failed, or was lost with a node.")
    var resume = false
    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        if let out, !dryRun { try OutputFiles.checkFolder(out, as: "--out") }
    }

    func run() throws {
        let chosen = try StudyCommand.find(study)
        let folder = URL(fileURLWithPath: out ?? "studies/\(chosen.name)").standardizedFileURL
        let submission = try Submission(
            chosen, source.source, folder: folder, try jobs.options(),
            limit: dryRun ? jobs.arrayLimit ?? (Slurm().isHere ? nil : Slurm.usualArrayLimit) : nil,
            resumes: resume,
            .console())
        let left = submission.arrays.reduce(0) { $0 + $1.items.count }
        Console.note(
            "  study    \(submission.plan.items.count) stages: \(submission.done) done, "
                + "\(submission.atWork) with Slurm already, \(left) to submit")
        if left + submission.atWork == 0 {
            Console.note("  Its tables are written by winnow study with the same study and --out")
        }
        if dryRun { return try show(submission) }
        var record: SubmissionRecord?
        if left > 0 {
            try submission.write()
            record = try submission.submit { Console.note("  job      \($1)  \($0)") }
            Console.note("  scripts  \(submission.place.path)/")
            Console.note("  Follow them with  winnow runs watch \(folder.path)")
        }
        if json {
            try NetworkFiles.printJSON(Result(submission, record))
        } else {
            for script in record?.scripts ?? [] {
                if let job = script.job { Output.line("\(job)  \(script.name)  \(script.tasks)") }
            }
        }
    }

    private func show(_ submission: Submission) throws {
        if json { return try NetworkFiles.printJSON(Result(submission, nil)) }
        if !Slurm().isHere, jobs.arrayLimit == nil {
            Console.note(
                "  note     Slurm is not here: arrays of at most \(Slurm.usualArrayLimit) stages, its default (--array-limit)"
            )
        }
        for array in submission.arrays {
            Output.line("==> \(submission.place.path)/\(array.name).sh <==")
            Output.line(submission.text(array))
            for item in array.items.prefix(4) {
                Output.line("  \(item.stage.id.prefix(12))  \(item.label)")
            }
            if array.items.count > 4 { Output.line("  ... \(array.items.count) stages\n") }
        }
    }

    /// What was submitted, or would be.
    private struct Result: Encodable {
        struct Array: Encodable {
            let name: String
            let level: Int
            /// Names of the arrays that hold what its stages need.
            let needs: [String]
            let stages: [String]
            let job: String?
        }

        let folder: String
        let stages: Int
        let done: Int
        let atWork: Int
        let arrays: [Array]

        init(_ submission: Submission, _ record: SubmissionRecord?) {
            folder = submission.place.path
            (stages, done) = (submission.plan.items.count, submission.done)
            atWork = submission.atWork
            arrays = submission.arrays.enumerated().map { index, array in
                Array(
                    name: array.name, level: array.level,
                    needs: array.needs.map { submission.arrays[$0].name } + array.needsTasks,
                    stages: array.items.map(\.stage.id), job: record?.scripts[index].job)
            }
        }
    }
}

/// What the tasks of a study ask of a cluster.
struct JobSettings: ParsableArguments {
    @Option(help: "Partition.")
    var partition: String?
    @Option(
        help: "Time of a task, as sbatch takes it (1:30:00). One that is cut off goes on later.")
    var time: String?
    @Option(help: "Account.")
    var account: String?
    @Option(help: "GPUs of a task.")
    var gpus = 0
    @Option(help: "Cores of a task, and threads of its worker.")
    var threads = 4
    @Option(help: "Stages of one array at most (default: what the cluster takes, MaxArraySize).")
    var arrayLimit: Int?
    @Option(help: "Tasks of one array that run at once (default: as many as there is room for).")
    var atOnce: Int?
    @Option(help: "cpu, cuda or mps (default: cuda with --gpus, else cpu).")
    var device: String?
    @Option(
        help: "An option of sbatch, as --sbatch=--mem=16G; may be repeated.")
    var sbatch: [String] = []

    func options() throws -> JobOptions {
        var options = JobOptions()
        (options.partition, options.time, options.account) = (partition, time, account)
        (options.gpus, options.threads) = (gpus, try MachineOptions.checked(threads: threads))
        (options.arrayLimit, options.atOnce, options.lines) = (arrayLimit, atOnce, sbatch)
        options.device = try MachineOptions.named(device ?? (gpus > 0 ? "cuda" : "cpu"))
        do { try options.check() } catch { throw ValidationError(OptionNames.inWords("\(error)")) }
        return options
    }
}

extension MachineOptions {
    /// The name of a device that need not be here.
    static func named(_ name: String) throws -> String {
        guard Device(name) != nil else {
            throw ValidationError(NearestName.refusal(of: name, "device", among: Device.names))
        }
        return name
    }
}
