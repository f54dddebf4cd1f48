import ArgumentParser
import Foundation
import Reports
import Studies
import Torch

/// `winnow reproduce` at work: table, faces, study and report, whatever of them is asked for.
struct Reproduction {
    private let command: ReproduceCommand
    private let preset: StudyPreset
    private let hasTable: Bool
    private let hasPictures: Bool
    /// The pictures that come with Winnow; nil when a person names their own.
    private let scenes: EmbeddedScenes?
    private let folder: URL

    /// - Throws: `StudyError` when the pictures that come with Winnow are needed and not there.
    init(_ command: ReproduceCommand) throws {
        self.command = command
        let ownPictures = command.pictures.pictures.isGiven
        let ownTable = command.table.table != nil
        let isOwn = ownPictures || ownTable
        preset = try StudyPreset.named(command.preset ?? (isOwn ? "paper" : "quick"))
        hasPictures = command.part == "pictures" || command.part == nil && (ownPictures || !isOwn)
        hasTable = command.part == "table" || command.part == nil && (ownTable || !isOwn)
        scenes = hasPictures && !ownPictures ? try EmbeddedScenes.locate() : nil
        let data = scenes == nil ? command.pictures.pictures.name : "embedded"
        let name = hasPictures ? "\(data)-\(preset.name)" : "table"
        folder = URL(fileURLWithPath: command.output.out ?? "studies/\(name)")
    }

    func run() throws {
        announce()
        let records =
            hasTable && !command.dryRun
            ? try TablePart.records(
                command.table, command.study, command.output, preset, folder) : nil
        let findings = hasPictures ? try study() : nil
        if command.dryRun { return }
        let screen = ReproductionOutput(records, findings, folder: folder)
        try command.output.json ? screen.printJSON() : screen.printText()
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
        if scenes != nil { Console.note("  data     \(EmbeddedScenes.note)") }
    }

    /// The study of pictures; nil where it is only planned.
    private func study() throws -> StudyFindings? {
        var machine = MachineOptions()
        (machine.threads, machine.device) = (command.output.threads, command.device)
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
        if command.dryRun {
            try run.list(threads: Runtime.threads)
            return nil
        }
        Console.note("  study    \(run.overview(threads: Runtime.threads))")
        for line in settled.study.reductions { Console.note("  reduced  \(line)") }
        try run.work(jobs: jobs(run.study, device), machine: machine)
        return try run.finish(notes: scenes == nil ? [] : ["Embedded \(EmbeddedScenes.note)."])
    }

    /// Small pictures leave an operation's threads little to share.
    private func jobs(_ study: Study, _ device: Device) -> Int {
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
