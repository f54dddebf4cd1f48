import Foundation
import Testing

/// `winnow reproduce` without naming any data, run as a person runs it, on a few of the scenes.
@Suite(.enabled(if: Program.file != nil, "winnow is not beside the tests"))
struct EmbeddedCallTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    private static let hasWeights = FileManager.default.fileExists(
        atPath: root.appending(path: ".dependencies/python/facenet_pytorch/data/pnet.pt").path)

    /// From raw scenes to both parts' tables without a network; every output says what it rests on,
    /// and the second run does nothing again.
    @Test(.enabled(if: hasWeights, "the face detector's weights are missing: scripts/setup"))
    func fromScenesToTables() throws {
        try withFolder { folder in
            try Self.makeData(folder.appending(path: "Data/scenes"))
            try FileManager.default.createSymbolicLink(
                at: folder.appending(path: "Data/weights"),
                withDestinationURL: Self.root.appending(path: "Data/weights"))
            let first = try Self.reproduce(folder)
            #expect(first.status == 0, "\(first.error)")
            for words in [
                "synthetic", "those that come with Winnow", "Reduced", "Table 1",
                "Protocol: leak-free", "Protocol: as-paper", "Compression and speed",
                "of the paper's", "What to distrust: ", "Page  ",
            ] {
                #expect(first.output.contains(words), "\(words) is not in the output")
            }
            let study = folder.appending(path: "study")
            for (file, words) in [
                ("leak-free/tickets.json", "\"bundled\""),
                ("as-paper/tickets.json", "\"bundled\""),
                ("table.md", "synthetic"), ("report/index.html", "come with Winnow"),
                ("report/index.html", "synthetic"), ("effort.json", "libtorch"),
            ] {
                let text = try String(contentsOf: study.appending(path: file), encoding: .utf8)
                #expect(text.contains(words), "\(words) is not in \(file)")
            }
            let stages = try Self.listing(study.appending(path: "stages"))
            let second = try Self.reproduce(folder)
            #expect(second.status == 0 && second.output == first.output)
            #expect(try Self.listing(study.appending(path: "stages")) == stages)
        }
    }

    @Test func missingPicturesAreNamed() throws {
        try withFolder { folder in
            let result = try Self.reproduce(folder)
            #expect(result.status == 1 && result.output.isEmpty)
            #expect(result.error.contains("no scenes/manifest.json"))
        }
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

    private static func reproduce(_ folder: URL) throws -> Program.Outcome {
        try Program.run(
            ["reproduce", "--out", "study", "--size", "32", "--seeds", "1", "--epochs", "1"]
                + ["--amounts", "0.5", "--replicates", "3", "--table-epochs", "2"]
                + ["--retrain-epochs", "1", "--threads", "1", "--tables"], in: folder,
            environment: [
                "WINNOW_DATA": folder.appending(path: "Data").path,
                "WINNOW_CACHE": folder.appending(path: "cache").path,
                "WINNOW_WEIGHTS_URL": "http://127.0.0.1:9",
            ])
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
