import Formats
import Foundation
import Testing

/// `winnow data` as a person calls it: the manifests of every way to divide, and the sheet.
@Suite(.enabled(if: Program.file != nil, "winnow is not beside the tests"))
struct DataCallTests {
    private struct Document: Decodable {
        struct Entry: Decodable {
            let file, group, split: String
            let copy: Int?
        }

        let pictures: [Entry]

        func files(_ part: String) -> Set<String> {
            Set(pictures.filter { $0.split == part }.map(\.file))
        }

        func groups(_ part: String) -> Set<String> {
            Set(pictures.filter { $0.split == part }.map(\.group))
        }
    }

    private func read(_ name: String, in folder: URL) throws -> Document {
        try JSONDecoder().decode(
            Document.self, from: Data(contentsOf: folder.appending(path: name)))
    }

    private static let data = "data data --groups prefix --size 32"

    @Test(arguments: [("grouped-k-fold --folds 3", 3), ("person-independent", 2)])
    func roundsOfWholeGroupsTestEachPictureOnce(_ split: String, _ rounds: Int) throws {
        try withFolder { folder in
            try fillWithPictures(folder)
            let call = "\(Self.data) --manifest data/m.json --validation 0.2 --split \(split)"
            let made = try Program.run(call, in: folder)
            #expect(!made.error.contains("leaks"))
            var tested: [String] = []
            for round in 1...rounds {
                let document = try read("data/m-\(round).json", in: folder)
                let (train, test) = (document.groups("train"), document.groups("test"))
                let rest = document.groups("validation")
                #expect(train.isDisjoint(with: test) && train.isDisjoint(with: rest))
                #expect(test.isDisjoint(with: rest) && !rest.isEmpty)
                tested += document.files("test")
                _ = try Program.run("audit data/m-\(round).json", in: folder)
            }
            #expect(tested.count == 24 && Set(tested).count == 24)
            #expect(!FileManager.default.fileExists(atPath: folder.path + "/data/m.json"))
        }
    }

    @Test(arguments: ["random", "stratified", "k-fold --folds 2"])
    func whatSharesPersonsIsTakenOnlyAsPaper(_ split: String) throws {
        try withFolder { folder in
            try fillWithPictures(folder)
            let call = "\(Self.data) --manifest data/m.json --split \(split)"
            let refused = try Program.run(call, in: folder, status: 1)
            #expect(refused.error.contains("needs a split that keeps groups whole"))
            #expect(refused.error.contains("under protocol as-paper"))
            let made = try Program.run(call + " --protocol as-paper", in: folder)
            #expect(made.error.contains("this split leaks: "), "\(made.error)")
            #expect(made.error.contains("share a group"))
            #expect(!made.error.contains("augmented copies"))
            let name = split.hasPrefix("k-fold") ? "data/m-1.json" : "data/m.json"
            let document = try read(name, in: folder)
            #expect(document.files("train").isDisjoint(with: document.files("test")))
            let copies = document.pictures.filter { $0.copy != nil }
            #expect(!copies.isEmpty && copies.allSatisfy { $0.split == "train" })
            _ = try Program.run("audit \(name)", in: folder, status: 2)
        }
    }

    @Test func asPaperSaysHowItLeaks() throws {
        try withFolder { folder in
            try fillWithPictures(folder)
            let made = try Program.run(
                "\(Self.data) --protocol as-paper --manifest data/m.json", in: folder)
            #expect(made.error.contains("this split leaks: "))
            #expect(made.error.contains("augmented copies of a picture in training"))
        }
    }

    @Test func aManifestAwayFromItsPicturesSaysWhere() throws {
        try withFolder { folder in
            try fillWithPictures(folder)
            let made = try Program.run("\(Self.data) --manifest m.json", in: folder)
            #expect(made.error.contains("--data data"))
            let lost = try Program.run("audit m.json", in: folder, status: 1)
            #expect(lost.output.isEmpty)
            let words = "error: m.json: none of its 24 pictures is in . (the first: cat/p0_0.png)"
            #expect(lost.error.hasPrefix(words), "\(lost.error)")
            _ = try Program.run("audit m.json --data data", in: folder)
            let training = "finetune --manifest m.json --weights w.pth -o m.safetensors"
            #expect(try Program.run(training, in: folder, status: 1).error.hasPrefix(words))
        }
    }

    @Test(arguments: [
        ("--split grouped", "add --manifest"), ("--folds 3", "add --manifest"),
        ("--manifest m.json --folds 3", "k-fold or grouped-k-fold"),
        ("--manifest m.json --split k-fold --test 0.2", "leave --test out"),
        ("--manifest m.json --protocol as-paper --validation 0.1", "leave --validation out"),
    ])
    func optionsThatWouldBePassedOverAreRefused(_ options: String, _ words: String) throws {
        try withFolder { folder in
            let refused = try Program.run("data data \(options)", in: folder, status: 64)
            #expect(refused.error.contains(words), "\(refused.error)")
        }
    }

    @Test(arguments: [("flip", 6), ("fresh", 6), ("fixed", 3), ("none", 1)])
    func theSheetShowsEachWayToVary(_ augmentation: String, _ columns: Int) throws {
        try withFolder { folder in
            try fillWithPictures(folder)
            let call = "\(Self.data) --sheet s.png --rows 2 --augmentation \(augmentation)"
            _ = try Program.run(call, in: folder)
            let sheet = try Picture(contentsOf: folder.path + "/s.png")
            #expect(sheet.width == 40 + columns * 134 + 6 && sheet.height == 2 * 134 + 6)
        }
    }
}
