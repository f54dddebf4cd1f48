import Formats
import Foundation
import Testing

/// `winnow features` as a person calls it: what the components are fitted on, and its options.
@Suite(.enabled(if: Program.file != nil, "winnow is not beside the tests"))
struct FeaturesCallTests {
    /// Picture to its row, cell by cell.
    private func table(_ name: String, in folder: URL) throws -> [String: [String]] {
        let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
        let rows = text.split(separator: "\n").dropFirst().map {
            $0.split(separator: ",").map(String.init)
        }
        return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0) })
    }

    /// The training pictures get the rows that they get where nothing else exists.
    @Test func underLeakFreeTestPicturesDoNotTouchTheComponents() throws {
        try withFolder { folder in
            try fillWithPictures(folder)
            _ = try Program.run(
                "data data --groups prefix --size 32 --manifest data/m.json", in: folder)
            let made = try Program.run(
                "features data honest.csv --manifest data/m.json", in: folder)
            let honest = try table("honest.csv", in: folder)
            let trained = try training(folder)
            #expect(honest.count == 24 && trained.count < 24)
            #expect(made.error.contains("fitted on \(trained.count) of them"))
            for file in trained {
                let copy = folder.appending(path: "only/" + file)
                try FileManager.default.createDirectory(
                    at: copy.deletingLastPathComponent(), withIntermediateDirectories: true)
                try FileManager.default.copyItem(
                    at: folder.appending(path: "data/" + file), to: copy)
            }
            _ = try Program.run("features only only.csv", in: folder)
            let only = try table("only.csv", in: folder)
            #expect(Set(only.keys) == Set(trained))
            #expect(only.allSatisfy { honest[$0] == $1 })
            let told = try Program.run("features data all.csv", in: folder)
            #expect(told.error.contains("a leak-free table needs --manifest"))
            let all = try table("all.csv", in: folder)
            #expect(only.allSatisfy { all[$0] != $1 })
        }
    }

    private func training(_ folder: URL) throws -> [String] {
        struct Document: Decodable {
            struct Entry: Decodable { let file, split: String }

            let pictures: [Entry]
        }
        let data = try Data(contentsOf: folder.appending(path: "data/m.json"))
        return try JSONDecoder().decode(Document.self, from: data).pictures
            .filter { $0.split == "train" }.map(\.file)
    }

    @Test func optionsReachTheirDescriptor() throws {
        try withFolder { folder in
            try fillWithPictures(folder)
            _ = try Program.run("features data plain.csv", in: folder)
            let plain = try table("plain.csv", in: folder)
            for (option, changesLPQ) in [
                ("--lpq-window 3", true), ("--phog-levels 1", false), ("--phog-bins 20", false),
                ("--phog-angle 180", false),
            ] {
                _ = try Program.run("features data other.csv \(option)", in: folder)
                let other = try table("other.csv", in: folder)
                #expect(other.count == 24)
                for (name, row) in plain {
                    let changed = try #require(other[name])
                    #expect((changed[2..<7] != row[2..<7]) == changesLPQ, "\(option)")
                    #expect((changed[7..<12] != row[7..<12]) == !changesLPQ, "\(option)")
                }
            }
        }
    }

    @Test(
        arguments: [
            ("--phog-angle 90", 64, "--phog-angle must be 180 or 360, got 90"),
            ("--phog-levels 7", 1, "PHOG levels is 7, expected 0 to 6"),
            ("--phog-bins 0", 1, "PHOG bins is 0, expected 1 to 360"),
            ("--lpq-window 4", 1, "LPQ window is 4, expected an odd number from 3 to 31"),
        ] as [(String, Int32, String)])
    func badOptionsAreRefused(_ option: String, _ status: Int32, _ words: String) throws {
        try withFolder { folder in
            try fillWithPictures(folder)
            let refused = try Program.run(
                "features data t.csv \(option)", in: folder, status: status)
            #expect(refused.error.contains(words), "\(refused.error)")
            #expect(!FileManager.default.fileExists(atPath: folder.path + "/t.csv"))
        }
    }
}
