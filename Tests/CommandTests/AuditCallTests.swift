import Formats
import Foundation
import Testing

/// `winnow audit` as a person calls it: what it lists, by which groups, with which status.
@Suite(.enabled(if: Program.file != nil, "winnow is not beside the tests"))
struct AuditCallTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    private static let hasDetector = FileManager.default.fileExists(
        atPath: root.appending(path: ".dependencies/python/facenet_pytorch/data/pnet.pt").path)

    private struct Report: Decodable {
        struct Finding: Decodable {
            struct Example: Decodable { let files: [String] }

            let kind: String
            let examples: [Example]
        }

        let findings: [Finding]

        func files(_ kind: String) -> [String]? {
            findings.first { $0.kind == kind }?.examples.flatMap(\.files)
        }
    }

    /// A portrait, and two pictures of nothing but a slope of grey.
    private func fill(_ folder: URL) throws {
        let portrait = Self.root.appending(path: "Tests/Fixtures/faces_scenes/astronaut.jpg")
        for name in ["a", "b"] {
            try FileManager.default.createDirectory(
                at: folder.appending(path: "d/" + name), withIntermediateDirectories: true)
        }
        try FileManager.default.copyItem(at: portrait, to: folder.appending(path: "d/a/p_1.jpg"))
        for (name, step) in [("a/q_1.png", 3), ("b/q_2.png", 300)] {
            let pixels = (0..<100 * 100 * 3).map { UInt8(2 * ($0 / step % 100)) }
            try Picture(width: 100, height: 100, channels: 3, pixels: pixels)
                .writePNG(to: folder.appending(path: "d/" + name).path)
        }
    }

    private func report(_ call: [String], in folder: URL) throws -> Report {
        let outcome = try Program.run(["audit"] + call + ["--json"], in: folder)
        return try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
    }

    @Test(.enabled(if: hasDetector, "the face detector's weights are not installed"))
    func picturesWithoutAFaceAreListed() throws {
        try withFolder { folder in
            try fill(folder)
            let report = try report(["d", "--faces"], in: folder)
            #expect(report.files("noFace") == ["a/q_1.png", "b/q_2.png"])
            #expect(try self.report(["d"], in: folder).files("noFace") == nil)
        }
    }

    @Test func groupsFromATableFindALeak() throws {
        try withFolder { folder in
            try fill(folder)
            let made = try Program.run(
                [
                    "data", "d", "--manifest", "m.json", "--groups", "none", "--test", "0.33",
                    "--validation", "0.33",
                ],
                in: folder)
            #expect(made.status == 0, "\(made.error)")
            let split = try splits(folder.appending(path: "m.json"))
            let (train, test) = (try #require(split["train"]), try #require(split["test"]))
            let rest = try #require(split["validation"])
            let table = "file,who\n\(train),tom\n\(test),tom\n\(rest),ann\n"
            try Data(table.utf8).write(to: folder.appending(path: "who.csv"))
            let call = ["audit", "m.json", "--root", "d", "--groups", "column:who.csv:who"]
            #expect(try Program.run(call, in: folder).status == 2)
            let found = try report(Array(call.dropFirst()), in: folder)
            #expect(found.files("groupsAcrossSplit") == [test, train])
        }
    }

    /// Part to its only file.
    private func splits(_ manifest: URL) throws -> [String: String] {
        struct Document: Decodable {
            struct Entry: Decodable { let file, split: String }

            let pictures: [Entry]
        }
        let document = try JSONDecoder().decode(Document.self, from: Data(contentsOf: manifest))
        return Dictionary(
            document.pictures.map { ($0.split, $0.file) }, uniquingKeysWith: { $1 })
    }
}
