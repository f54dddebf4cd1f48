import Foundation
import Testing

/// `winnow reproduce` without naming any data, run as a person runs it, on a few of the scenes.
@Suite struct EmbeddedReproduceTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    private static let program = Bundle.main.bundleURL.appending(path: "winnow")
    private static let canRun =
        FileManager.default.isExecutableFile(atPath: program.path)
        && FileManager.default.fileExists(
            atPath: root.appending(path: ".dependencies/python/facenet_pytorch/data/pnet.pt").path)

    /// From raw scenes to both parts' tables without a network; every output says what it rests on, and
    /// the second run does nothing again.
    @Test(.enabled(if: canRun, "needs the program and the face detector's weights: scripts/setup"))
    func fromScenesToTables() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "winnow-\(UUID())")
        defer { try? FileManager.default.removeItem(at: folder) }
        try Self.makeData(folder.appending(path: "Data/scenes"))
        let first = try Self.reproduce(folder)
        #expect(first.status == 0, "\(first.errors)")
        for words in ["synthetic", "SUBSTITUTE start weights", "Reduced", "Table 1", "leak-free"] {
            #expect(first.output.contains(words), "\(words) is not in the output")
        }
        let study = folder.appending(path: "study")
        let records = try Data(contentsOf: study.appending(path: "tickets.json"))
        #expect(String(decoding: records, as: UTF8.self).contains("SUBSTITUTE"))
        let table = try String(contentsOf: study.appending(path: "table.md"), encoding: .utf8)
        #expect(table.contains("synthetic"))
        let stages = try Self.listing(study.appending(path: "stages"))
        let second = try Self.reproduce(folder)
        #expect(second.status == 0 && second.output == first.output)
        #expect(try Self.listing(study.appending(path: "stages")) == stages)
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: program.path)))
    func missingPicturesAreNamed() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "winnow-\(UUID())")
        let result = try Self.reproduce(folder)
        #expect(result.status == 1 && result.output.isEmpty)
        #expect(result.errors.contains("no scenes/manifest.json"))
    }

    /// Two classes of sixteen scenes, with their rows of the table.
    private static func makeData(_ scenes: URL) throws {
        let source = root.appending(path: "Data/scenes")
        let files = FileManager.default
        for label in ["happy", "sad"] {
            let folder = scenes.appending(path: label)
            try files.createDirectory(at: folder, withIntermediateDirectories: true)
            let from = source.appending(path: label)
            for name in try files.contentsOfDirectory(atPath: from.path).sorted().prefix(16) {
                try files.copyItem(at: from.appending(path: name), to: folder.appending(path: name))
            }
        }
        try files.copyItem(
            at: source.appending(path: "manifest.json"), to: scenes.appending(path: "manifest.json")
        )
        let table = try String(contentsOf: source.appending(path: "features.csv"), encoding: .utf8)
        let rows = table.split(whereSeparator: \.isNewline)
        let kept = rows.filter { $0.hasPrefix("happy/") || $0.hasPrefix("sad/") }
        try ([rows[0]] + kept).joined(separator: "\n").appending("\n").write(
            to: scenes.appending(path: "features.csv"), atomically: true, encoding: .utf8)
    }

    private static func reproduce(
        _ folder: URL
    ) throws -> (status: Int32, output: String, errors: String) {
        let files = FileManager.default
        try files.createDirectory(at: folder, withIntermediateDirectories: true)
        let (output, errors) = (folder.appending(path: "out"), folder.appending(path: "err"))
        let process = Process()
        process.executableURL = program
        process.arguments =
            ["reproduce", "--out", folder.appending(path: "study").path, "--size", "32"]
            + ["--seeds", "1", "--epochs", "1", "--amounts", "0.5", "--replicates", "3"]
            + ["--table-epochs", "2", "--retrain-epochs", "1", "--threads", "1"]
        process.environment = ProcessInfo.processInfo.environment.merging([
            "WINNOW_DATA": folder.appending(path: "Data").path,
            "WINNOW_CACHE": folder.appending(path: "cache").path,
            "WINNOW_WEIGHTS_URL": "http://127.0.0.1:9",
        ]) { $1 }
        for url in [output, errors] { files.createFile(atPath: url.path, contents: nil) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        return (
            process.terminationStatus, try String(contentsOf: output, encoding: .utf8),
            try String(contentsOf: errors, encoding: .utf8)
        )
    }

    /// Every file under a folder with its time of change.
    private static func listing(_ folder: URL) throws -> [String: Date] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        return try Dictionary(
            uniqueKeysWithValues: names.map { name in
                let path = folder.appending(path: name).path
                let facts = try FileManager.default.attributesOfItem(atPath: path)
                return (name, facts[.modificationDate] as? Date ?? .distantPast)
            })
    }
}
