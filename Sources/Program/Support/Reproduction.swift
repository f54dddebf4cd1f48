import ArgumentParser
import Foundation
import Reports
import Studies
import Torch

/// `winnow reproduce` at work: table, faces, study and report, whatever of them is asked for.
struct Reproduction {
    private let command: ReproduceCommand
    private let choice: PresetChoice
    private let hasTable: Bool
    private let hasPictures: Bool
    /// The pictures that come with Winnow; nil when a person names their own.
    private let scenes: EmbeddedScenes?
    private let folder: URL
    private let machine: MachineOptions
    private let screen = WorkScreen()

    private var preset: StudyPreset { choice.preset }

    /// - Throws: `StudyError` when the pictures that come with Winnow are needed and not there.
    init(_ command: ReproduceCommand) throws {
        self.command = command
        let ownPictures = command.pictures.pictures.isGiven
        let ownTable = command.table.table != nil
        let isOwn = ownPictures || ownTable
        hasPictures = command.part == "pictures" || command.part == nil && (ownPictures || !isOwn)
        hasTable = command.part == "table" || command.part == nil && (ownTable || !isOwn)
        scenes = hasPictures && !ownPictures ? try EmbeddedScenes.locate() : nil
        var machine = MachineOptions()
        (machine.threads, machine.device) = (command.output.threads, command.device)
        self.machine = machine
        let data = scenes == nil ? command.pictures.pictures.name : "embedded"
        let isTable = !hasPictures
        func folder(_ preset: String) -> URL {
            URL(
                fileURLWithPath: command.output.out
                    ?? "studies/\(isTable ? "table" : "\(data)-\(preset)")")
        }
        if let name = command.preset {
            choice = PresetChoice(preset: try .named(name))
        } else if hasPictures, ownPictures {
            choice = try .own(command, machine: machine, earlier: folder("paper"))
        } else {
            choice = PresetChoice(preset: try .named(isOwn ? "paper" : "quick"))
        }
        self.folder = folder(choice.preset.name)
    }

    func run() throws {
        announce()
        let planned = hasPictures ? try plan() : nil
        let run = planned?.run
        if command.dryRun {
            try run?.list(jobs: jobs(run))
            return
        }
        if let left = try run?.standing(jobs: jobs(run)).left { screen.expect(later: left) }
        let records =
            hasTable
            ? try TablePart.records(
                command.table, command.study, command.output, preset, folder, on: screen) : nil
        screen.expect(later: 0)
        let findings = try planned.map { try work($0.run, $0.source) }
        let output = ReproductionOutput(records, findings, folder: folder)
        try command.output.json
            ? output.printJSON() : output.printText(withTables: command.tables)
    }

    private func announce() {
        let what = [hasTable ? "the table of features" : nil, hasPictures ? "pictures" : nil]
            .compactMap { $0 }.joined(separator: " and ")
        Console.note(
            """
            Winnow reproduces the paper's experiments on \(what).
              preset   \(preset.name): \(preset.summary)
              study    \(folder.path)  (run the same command to go on after an interruption)
            """)
        for line in choice.notes { Console.note("  preset   \(line)") }
        if scenes != nil { Console.note("  data     \(EmbeddedScenes.note)") }
    }

    /// The study of pictures, before any of it is done.
    private func plan() throws -> (run: StudyRun, source: StudySource) {
        let device = try machine.prepare()
        let wanted = try preset.study.changed(changes())
        var source = StudySource(command.pictures.pictures, command.pictures.start)
        if let crops = try croppedFaces() { source.pictures.data = crops.path }
        // A folder that is not there is found out before anything is fetched.
        _ = try source.pictures.source()
        let settled = try source.settled(wanted, substitutes: scenes != nil)
        let run = try StudyRun(
            settled.study, settled.source, folder: folder, device: device, isQuiet: false)
        try command.pictures.variation.check(run.data)
        try run.begin()
        return (run, settled.source)
    }

    /// Does what is left of the study of pictures.
    private func work(_ run: StudyRun, _ source: StudySource) throws -> StudyFindings {
        Console.note("  study    \(try run.overview(jobs: jobs(run)))")
        for line in run.study.reductions { Console.note("  reduced  \(line.text)") }
        try run.work(jobs: jobs(run), machine: machine, source, on: screen)
        return try run.finishInSight(
            synthetic: scenes == nil ? nil : "Embedded \(EmbeddedScenes.note).")
    }

    private func jobs(_ run: StudyRun?) -> Int {
        run.map { Self.jobs(command, $0.study, $0.device) } ?? 1
    }

    /// Small pictures leave an operation's threads little to share.
    static func jobs(_ command: ReproduceCommand, _ study: Study, _ device: Device) -> Int {
        command.jobs ?? (device == .cpu && study.size <= 96 ? min(8, Runtime.threads) : 1)
    }

    private func changes() throws -> StudyChanges {
        var changes = try command.pictures.changes()
        if scenes != nil, changes.groups == nil { changes.groups = EmbeddedScenes.groupRule }
        return changes
    }

    /// The folder of the crops; nil where the pictures are taken as they are.
    private func croppedFaces() throws -> URL? {
        let own = command.pictures.cropFaces ? command.pictures.pictures.data : nil
        guard let root = scenes?.folder.path ?? own else {
            guard command.pictures.cropFaces else { return nil }
            throw ValidationError(
                "--crop-faces needs --data DIR: a manifest names its own pictures")
        }
        let crops = folder.appending(path: "faces")
        let report = try FacesRun(root: root, threads: command.output.threads).crop(to: crops)
        Console.note("  faces    \(report)")
        return crops
    }
}

extension DataOptions {
    /// What a study of these pictures is called: their folder, or the manifest's name.
    var name: String {
        let path = data ?? manifest.map { ($0 as NSString).deletingPathExtension } ?? "pictures"
        return URL(fileURLWithPath: path).lastPathComponent
    }
}
