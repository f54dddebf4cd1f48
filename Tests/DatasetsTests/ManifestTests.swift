import Foundation
import Testing

@testable import Datasets

struct ManifestTests {
    static let hash = String(repeating: "0a", count: 32)

    static func entry(
        _ file: String, _ label: String = "cat", group: String? = nil, split: SplitPart? = nil,
        copy: Int = 0, sha256: String = hash
    ) -> ManifestPicture {
        ManifestPicture(
            file: file, sha256: sha256, label: label, group: group, split: split, copy: copy)
    }

    @Test func comesBackFromItsFile() throws {
        try withScratch { scratch in
            let manifest = try Manifest(
                classes: ["cat", "dog"],
                pictures: [
                    Self.entry("cat/ä \"1\".png", group: "tom", split: .train),
                    Self.entry("cat/ä \"1\".png", group: "tom", split: .test, copy: 1),
                    Self.entry("dog/2.png", "dog", split: .validation),
                ], protocolName: "as-paper")
            let path = scratch.path + "/manifest.json"
            try manifest.write(to: path)
            #expect(try Manifest(contentsOf: path) == manifest)
            let first = try Data(contentsOf: URL(fileURLWithPath: path))
            try manifest.write(to: path)
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == first)
            let text = String(decoding: first, as: UTF8.self)
            #expect(text.contains("\"protocol\" : \"as-paper\"") && text.contains("cat/ä"))
            #expect(manifest.files.map(\.file) == ["cat/ä \"1\".png", "dog/2.png"])
            #expect(manifest.files.map(\.label) == [0, 1])
            #expect(
                manifest.split?.samples == [
                    Sample(picture: 0), Sample(picture: 0, copy: 1), Sample(picture: 1),
                ])
            #expect(manifest.split?.parts == [.train, .test, .validation])
            #expect(manifest.grouping?.alone == [1])
            #expect(throws: DatasetError.self) { try manifest.write(to: "/nowhere/m.json") }
        }
    }

    @Test(arguments: [
        [entry("a.png"), entry("a.png")],
        [entry("/etc/passwd")], [entry("../a.png")], [entry("a/../../b.png")], [entry("")],
        [entry("a//b.png")], [entry("a\0.png")], [entry("./a.png")],
        [entry("a.png", "cow")],
        [entry("a.png", sha256: "12")],
        [entry("a.png", sha256: String(repeating: "Z", count: 64))],
        [entry("a.png", copy: -1)],
        [entry("a.png", split: .train), entry("b.png")],
        [entry("a.png", "cat"), entry("a.png", "dog", copy: 1)],
        [entry("a.png", group: "x"), entry("a.png", group: "y", copy: 1)],
        [],
    ])
    func contradictionsAreRefused(_ pictures: [ManifestPicture]) {
        #expect(throws: DatasetError.self) {
            _ = try Manifest(classes: ["cat", "dog"], pictures: pictures)
        }
    }

    @Test func classesMustBeNamedOnce() {
        for classes in [[], ["cat", "cat"]] as [[String]] {
            #expect(throws: DatasetError.self) {
                _ = try Manifest(classes: classes, pictures: [Self.entry("a.png")])
            }
        }
    }

    @Test func badFilesAreRefusedByName() throws {
        try withScratch { scratch in
            let path = scratch.path + "/m.json"
            let good = #"{"file":"a.png","sha256":"\#(Self.hash)","label":"cat"}"#
            let cases: [(String, String)] = [
                ("", "not a usable manifest"), ("{", "not a usable manifest"),
                ("[]", "not a usable manifest"),
                (#"{"version":1,"classes":["cat"]}"#, "\"pictures\" is missing"),
                (#"{"version":2,"classes":["cat"],"pictures":[\#(good)]}"#, "version 2"),
                (#"{"version":1,"classes":["dog"],"pictures":[\#(good)]}"#, "'cat' is not among"),
                (
                    #"{"version":1,"classes":["cat"],"pictures":[\#(good),{"file":1}]}"#,
                    "pictures.1.file"
                ),
                (
                    #"{"version":1,"classes":["cat"],"pictures":[{"file":"a.png","label":"cat"}]}"#,
                    "\"sha256\" is missing"
                ),
            ]
            for (text, words) in cases {
                try Data(text.utf8).write(to: URL(fileURLWithPath: path))
                let error = #expect(throws: DatasetError.self) {
                    _ = try Manifest(contentsOf: path)
                }
                let description = error?.description ?? ""
                #expect(description.hasPrefix(path + ": "))
                #expect(description.contains(words), "\(description)")
            }
            let error = #expect(throws: DatasetError.self) {
                _ = try Manifest(contentsOf: scratch.path + "/none.json")
            }
            #expect(error?.description.contains("none.json: No such file") == true)
        }
    }

    @Test func aStoreReadsWhatTheManifestWasWrittenFor() throws {
        try withScratch { scratch in
            for index in 0..<6 { try scratch.scene("c\(index % 2)/A_\(index).png", seed: index) }
            let folder = try ImageFolder(root: scratch.path)
            let small = try Preprocessing.imageNet(size: 8)
            let store = try PictureStore(folder, preprocessing: small)
            let grouping = Grouping(
                files: store.files.map(\.file), groups: ["x", "x", "y", "z", "w", "v"])
            let problem = try SplitProblem(
                labels: store.files.map(\.label), classCount: 2, grouping: grouping)
            let settings = SplitSettings(test: 0.2, validation: 0.2, seed: 1)
            let split = try DataProtocol.leakFree.rounds(problem, settings: settings)[0]
            let manifest = try Manifest(
                classes: store.classes, files: store.files, facts: store.facts,
                grouping: grouping, split: split, protocolName: "leak-free")
            #expect(manifest.split == split)
            #expect(manifest.grouping == grouping)
            let again = try PictureStore(
                manifest, root: scratch.path, preprocessing: small, prints: true)
            #expect(again.pixels == store.pixels && again.fingerprint == store.fingerprint)
            #expect(again.prints.count == 6)
            try scratch.scene("c1/A_3.png", seed: 77)
            let error = #expect(throws: DatasetError.self) {
                _ = try PictureStore(manifest, root: scratch.path, preprocessing: small)
            }
            #expect(error?.description.contains("1 of 6 pictures have changed since the") == true)
            try scratch.write(Data(), "c1/A_3.png")
            #expect(throws: DatasetError.self) {
                _ = try PictureStore(manifest, root: scratch.path, preprocessing: small)
            }
        }
    }
}
