import ArgumentParser
import Core
import Datasets
import Faces
import Foundation

/// `winnow audit DIR|MANIFEST`: looks for leaks and faults in a data set or in a split.
struct AuditCommand: ParsableCommand, EndsAtOnce {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Look for leaks, copies and faults in pictures or in a split.",
        discussion: """
            Identical files, near duplicates, one picture under two labels, groups and augmented \
            siblings across a split, class imbalance, unreadable and tiny pictures, pictures \
            without a face. \
            Status: 2 where a split leaks, 1 for a warning (or an error: then there is no report), \
            0 otherwise.
            """)

    @Argument(help: "Pictures in class folders, or a manifest (.json) with its split.")
    var subject: String
    @Option(
        name: [.long, .customLong("data")],
        help: "The folder that a manifest's files are in (default: the manifest's own).")
    var root: String?
    @Option(
        help: ArgumentHelp(
            "What belongs together (default: what the manifest says): \(GroupChoice.spellings).",
            valueName: "rule"))
    var groups: String?
    @Flag(help: "Also list pictures in which no face is found (MTCNN; slower).")
    var faces = false
    @Option(help: "Write the worst pairs side by side to this PNG file.")
    var sheet: String?
    @Flag(help: "Print the report as JSON.")
    var json = false
    @Option(help: "Pictures worked on side by side (default: one a core).")
    var threads: Int?

    func run() throws {
        if let sheet { try OutputFiles.check(sheet, as: "--sheet", reading: [subject]) }
        let threads = try MachineOptions.checked(threads: threads)
        let choice = try groups.map(GroupChoice.parse)
        let detector = faces ? try FaceSurvey(.installed(), threads: threads) : nil
        var read = try readSubject(threads)
        if let choice { read.grouping = try grouping(choice, read, threads) }
        if let detector { read.withoutFace = withoutFace(read, detector) }
        let audit = Audit(threads: threads)
        let report = audit.report(read)
        var drawn: String?
        if let sheet, let page = ContactSheet().draw(report, root: read.root) {
            try page.writePNG(to: sheet)
            drawn = sheet
        } else if let sheet {
            Console.note("no pairs to show: \(sheet) was not written")
        }
        if json {
            Output.line(try CanonicalJSON.page.text(report))
        } else {
            Output.text(OptionNames.inWords(report.text(sheet: drawn)))
        }
        if report.exitStatus != 0 { throw ExitCode(report.exitStatus) }
    }

    /// Reads every picture once.
    private func readSubject(_ threads: Int) throws -> AuditSubject {
        let line = ProgressLine("pictures", unit: "pictures")
        let loader = PictureLoader(threads: threads, progress: { line.update($0, of: $1) })
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: subject, isDirectory: &isFolder)
        let read: AuditSubject
        if exists, !isFolder.boolValue {
            read = AuditSubject(try PictureSource(manifest: subject, root: root), loader: loader)
        } else {
            guard root == nil else {
                throw ValidationError("--root is for a manifest; \(subject) is none")
            }
            let source = try PictureSource(folder: subject)
            if let words = source.leftOut { Console.note("  note  \(words)") }
            read = AuditSubject(source, loader: loader)
        }
        line.finish()
        return read
    }

    private func grouping(
        _ choice: GroupChoice, _ read: AuditSubject, _ threads: Int
    ) throws -> Grouping {
        try choice.groups(of: read.files.map(\.file), classCount: read.classes.count) {
            Copies(facts: read.facts, prints: read.prints, threads: threads).pairs
        }.grouping
    }

    /// The files of the subject in which the detector finds no face.
    private func withoutFace(_ read: AuditSubject, _ detector: FaceSurvey) -> [String] {
        var detector = detector
        let line = ProgressLine("faces", unit: "pictures")
        detector.progress = { line.update($0, of: $1) }
        let files = read.files.map(\.file)
        let findings = detector.find(files.map { read.root + "/" + $0 })
        line.finish()
        return zip(files, findings).compactMap { file, finding in
            (try? finding.get())?.faces.isEmpty == true ? file : nil
        }
    }
}
