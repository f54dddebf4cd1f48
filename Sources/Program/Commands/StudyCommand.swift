import ArgumentParser
import Foundation
import Studies
import Torch
import Training

/// `winnow study`: runs a study that a file or a preset describes.
struct StudyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "study",
        abstract: "Runs a whole study of pictures, as a file or a preset describes it.",
        discussion: """
            Studies: \(StudyPreset.all.map { "\($0.name) (\($0.summary))" }.joined(separator: "; ")). \
            --print shows one as JSON, to be changed and given back. Finished stages are kept: the \
            same command goes on where it was stopped.
            """)

    @Argument(help: "A preset's name, or a study file (.json).")
    var study: String?
    @Option(help: "Print a preset as JSON, and do nothing.")
    var print: String?
    @OptionGroup(title: "Pictures and weights") var source: StudySourceOptions
    @Option(help: "Where results go (default: studies/<name>).")
    var out: String?
    @Flag(help: "List the stages, which of them are done, and how long the rest may take.")
    var dryRun = false
    @Option(
        help: "Only the stages whose names (see --dry-run) contain this, and what they need.")
    var only: String?
    @Flag(help: "Print one JSON document instead of tables.")
    var json = false
    @Option(help: "Worker processes side by side; the threads are divided among them.")
    var jobs = 1
    @OptionGroup var machine: MachineOptions
    @OptionGroup var graph: GraphOption
    @Flag(help: .hidden)
    var worker = false

    func validate() throws {
        guard (1...64).contains(jobs) else {
            throw ValidationError("--jobs must be 1 to 64, got \(jobs)")
        }
        guard (study == nil) != (print == nil) else {
            throw ValidationError(
                "name a study (\(StudyPreset.all.map(\.name).joined(separator: ", ")), or a file), "
                    + "or give --print NAME")
        }
        if print != nil {
            try GivenOptions.all.refuse(
                [
                    "--data", "--manifest", "--skip-unreadable", "--weights", "--pretrain", "--out",
                    "--dry-run", "--only", "--json", "--jobs", "--threads", "--device",
                    "--cuda-graph",
                ], "--print runs nothing")
        }
        if dryRun { try GivenOptions.all.refuse(["--json"], "--dry-run gives a list, as text") }
        if let out, !dryRun { try OutputFiles.checkFolder(out, as: "--out") }
    }

    func run() throws {
        if let print {
            Output.write(try StudyPreset.named(print).study.json())
            return
        }
        guard let study else { return }
        let chosen = try Self.find(study)
        let device = try machine.prepare(for: chosen.training.precision)
        let use = try graph.use(of: device)
        let folder = URL(fileURLWithPath: out ?? "studies/\(chosen.name)")
        let host = StudyHost.console(isQuiet: worker)
        var run = try StudyRun(
            chosen, source.source, only: only, folder: folder, device: device, isDry: dryRun, host)
        run.use = use
        if worker { return try run.work(isCancelled: host.isCancelled) }
        try run.begin()
        if dryRun {
            for line in try run.list(jobs: jobs) { Output.line(line) }
            return
        }
        if !run.isDone {
            let screen = StudyScreen(
                run, on: WorkScreen(), workers: jobs, threads: run.threads(jobs: jobs))
            defer { screen.finish() }
            try run.work(jobs: jobs, source.source, host) { screen.show($0) }
        }
        let (found, files) = try run.finish(program: Winnow.file) {
            Console.note("  \($0)")
        }
        Console.note("  records  \(folder.path)/: \(files.joined(separator: ", "))")
        if json {
            try NetworkFiles.printJSON(found)
            return
        }
        Output.line(found.experiments.plain)
        if !found.costs.isEmpty { Output.line(StudyCosts.table(found.costs).plain) }
        if !found.uses.isEmpty { Output.line(StudyUse.table(found.uses).plain) }
        if let judged = found.generators { Output.line(StudyGenerators.table(judged).plain) }
    }

    /// A preset, or a file: what ends in `.json` or holds a slash.
    static func find(_ name: String) throws -> Study {
        let isFile = name.hasSuffix(".json") || name.contains("/")
        return try isFile
            ? .read(URL(fileURLWithPath: name)) : StudyPreset.named(name).study
    }
}
