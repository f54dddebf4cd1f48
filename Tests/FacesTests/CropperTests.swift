import Formats
import Foundation
import Testing

@testable import Faces

/// Whole folders: what is written, resumed, refused.
@Suite(.enabled(if: Fixtures.hasWeights))
struct CropperTests {
    /// A folder `in` with two faces, one without and one with several, and a place `out` for crops.
    struct Bench {
        let folder: URL
        var root: URL { folder.appending(path: "in") }
        var output: URL { folder.appending(path: "out") }
        static let pictures = ["a/one.jpg", "a/none.png", "b/several.png", "b/deep/two.jpg"]

        func cropper(_ change: (inout CropOptions) -> Void = { _ in }) throws -> FaceCropper {
            var options = CropOptions()
            change(&options)
            var cropper = try FaceCropper(
                root: root.path, output: output.path, options: options,
                weights: #require(Fixtures.weights))
            cropper.threads = 2
            return cropper
        }

        func run(_ change: (inout CropOptions) -> Void = { _ in }) throws -> CropReport {
            try cropper(change).run(Self.pictures)
        }

        func crop(_ name: String) throws -> Picture {
            try Picture(contentsOf: output.appending(path: name).path)
        }

        func bytes(_ name: String) throws -> Data {
            try Data(contentsOf: output.appending(path: name))
        }

        func exists(_ name: String) -> Bool {
            FileManager.default.fileExists(atPath: output.appending(path: name).path)
        }

        func table(_ name: String) throws -> [[String]] {
            try CSVReader.read(output.appending(path: name)).rows.map { row in
                (0..<row.width).map { row[$0].shown }
            }
        }

        /// All files of the output folder, by path.
        func files() throws -> [String] {
            try FileManager.default.subpathsOfDirectory(atPath: output.path).filter {
                $0.contains(".")
            }.sorted()
        }
    }

    private struct SceneOnly: Decodable {
        let scene: Scene
    }

    private func withBench<T>(_ body: (Bench) throws -> T) throws -> T {
        try withTemporaryFolder { folder in
            let bench = Bench(folder: folder)
            let fixtures = Fixtures.root.appending(path: "Tests/Fixtures/faces_scenes")
            for name in ["a", "b/deep"] {
                try FileManager.default.createDirectory(
                    at: bench.root.appending(path: name), withIntermediateDirectories: true)
            }
            let portrait = try Picture(contentsOf: fixtures.appending(path: "astronaut.jpg").path)
            for name in ["a/one.jpg", "b/deep/two.jpg"] {
                try portrait.writeJPEG(to: bench.root.appending(path: name).path)
            }
            try noisePicture(width: 60, height: 40)
                .writePNG(to: bench.root.appending(path: "a/none.png").path)
            let cases: [SceneOnly] = try Fixtures.read("faces_scenes/scenes.json")
            try #require(cases.first).scene.composed(root: fixtures)
                .writePNG(to: bench.root.appending(path: "b/several.png").path)
            return try body(bench)
        }
    }

    private func message(_ body: () throws -> Void) -> String {
        do { try body() } catch { return "\(error)" }
        return "no error"
    }

    @Test func cropsAndTables() throws {
        try withBench { bench in
            let report = try bench.run { $0.size = 64 }
            #expect((report.single, report.several, report.none) == (2, 1, 1))
            #expect(report.reused == 0 && report.unreadable.isEmpty && report.stale.isEmpty)
            #expect(report.records.map(\.picture) == Bench.pictures)
            #expect(
                try bench.files()
                    == (Bench.pictures + ["faces-to-check.csv", "faces.csv", "faces.jsonl"])
                    .sorted())
            for name in ["a/one.jpg", "b/several.png", "b/deep/two.jpg"] {
                let crop = try bench.crop(name)
                #expect(crop.width == 64 && crop.height == 64)
            }
            let whole = try bench.crop("a/none.png")
            #expect(whole.width == 64 && whole.height == 43)
            let faces = try bench.table("faces.csv")
            #expect(faces.count == 1 + 2 + report.records[2].faces.count)
            #expect(faces[0].count == 20 && faces.allSatisfy { $0.count == 20 })
            #expect(faces[0].prefix(5) == ["picture", "width", "height", "face", "chosen"])
            #expect(faces[1].prefix(5) == ["a/one.jpg", "240", "300", "1", "yes"])
            #expect(faces.filter { $0[4] == "yes" }.count == 3)
            let check = try bench.table("faces-to-check.csv")
            #expect(check[1] == ["a/none.png", "0", "kept", "a/none.png"])
            #expect(check[2].first == "b/several.png" && check.count == 3)
        }
    }

    @Test func theCropIsThePartUnderTheBox() throws {
        try withBench { bench in
            let report = try bench.run {
                $0.format = .png
                $0.margin = 0
                $0.square = false
            }
            let face = try #require(report.records[0].faces.first).box
            let picture = try Picture(contentsOf: bench.root.appending(path: "a/one.jpg").path)
            let (x, y) = (Int(face.x1.rounded()), Int(face.y1.rounded()))
            let area = PictureArea(
                x: x, y: y, width: Int(face.x2.rounded()) - x, height: Int(face.y2.rounded()) - y)
            #expect(try bench.crop("a/one.png") == picture.cropped(to: area))
        }
    }

    @Test func withoutAFace() throws {
        try withBench { bench in
            _ = try bench.run()
            let original = try Data(contentsOf: bench.root.appending(path: "a/none.png"))
            #expect(try bench.bytes("a/none.png") == original)
            let centred = try bench.run { $0.noFace = .centre }
            #expect(centred.records[1].outcome == .centre)
            let crop = try bench.crop("a/none.png")
            #expect(crop.width == 40 && crop.height == 40)
            let skipped = try bench.run { $0.noFace = .skip }
            #expect(skipped.records[1].outcome == .skipped && skipped.records[1].crop == nil)
            // The crop of the run before is not left behind.
            #expect(!bench.exists("a/none.png"))
            let again = try bench.run { $0.noFace = .skip }
            #expect(again.reused == 4)
        }
    }

    @Test func alignedCropsShowTheFaceUpright() throws {
        try withBench { bench in
            _ = try bench.run {
                $0.align = true
                $0.size = 200
                $0.margin = 0.4
                $0.format = .png
            }
            let faces = try Fixtures.detector().detect(bench.crop("a/one.png"))
            let face = try #require(faces.first?.landmarks)
            let shrunk = 1 / 1.8
            let (left, right) = (face.leftEye / 200, face.rightEye / 200)
            #expect(abs(Double(left.x) - (0.5 - 0.175 * shrunk)) < 0.03)
            #expect(abs(Double(right.x) - (0.5 + 0.175 * shrunk)) < 0.03)
            #expect(abs(left.y - right.y) < 0.02)
            #expect(abs(Double(left.y) - (0.5 - 0.12 * shrunk)) < 0.03)
        }
    }

    @Test func whatIsDoneIsNotDoneAgain() throws {
        try withBench { bench in
            let first = try bench.run()
            let before = try Bench.pictures.map(bench.bytes)
            let again = try bench.run()
            #expect(again.reused == 4 && again.records == first.records)
            // A crop that is gone, one that was cut short, a picture that changed, one only touched.
            try FileManager.default.removeItem(at: bench.output.appending(path: "a/one.jpg"))
            try Data([1, 2, 3]).write(to: bench.output.appending(path: "b/deep/two.jpg"))
            let touched = bench.root.appending(path: "b/several.png")
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: touched.path)
            let third = try bench.run()
            #expect(third.reused == 2)
            #expect(try Bench.pictures.map(bench.bytes) == before)
            try noisePicture(width: 60, height: 40, seed: 8)
                .writePNG(to: bench.root.appending(path: "a/none.png").path)
            #expect(try bench.run().reused == 3)
            #expect(try bench.bytes("a/none.png") != before[1])
            let other = try bench.run { $0.margin = 0.3 }
            #expect(other.reused == 0)
        }
    }

    @Test func aCutJournalOnlyCostsItsLastPicture() throws {
        try withBench { bench in
            _ = try bench.run()
            let before = try Bench.pictures.map(bench.bytes)
            let url = bench.output.appending(path: "faces.jsonl")
            let journal = try Data(contentsOf: url)
            let last = try #require(journal.split(separator: UInt8(ascii: "\n")).last)
            let lost = try JSONDecoder().decode(CropRecord.self, from: last).picture
            for cut in [1, 2, 30, 200] {
                try Data(journal.dropLast(cut)).write(to: url)
                if cut > 1 {
                    // A crop comes after its record, so this one could be anyone's.
                    #expect(message { _ = try bench.run() }.contains("not crops of an earlier"))
                    try FileManager.default.removeItem(at: bench.output.appending(path: lost))
                }
                #expect(try bench.run().reused == (cut > 1 ? 3 : 4))
                #expect(try Bench.pictures.map(bench.bytes) == before)
                #expect(try bench.run().reused == 4)
            }
        }
    }

    @Test func interruption() throws {
        try withBench { bench in
            var cropper = try bench.cropper()
            cropper.threads = 1
            let done = Counter()
            cropper.progress = { count, _ in done.value = count }
            cropper.shouldStop = { done.value >= 2 }
            let text = message { _ = try cropper.run(Bench.pictures) }
            #expect(text.contains("interrupted: 2 of 4 pictures are done"))
            #expect(!bench.exists("faces.csv"))
            #expect(try bench.run().reused == 2)
        }
    }

    @Test func unreadablePicturesAreListedTogether() throws {
        try withBench { bench in
            try Data("no picture".utf8).write(to: bench.root.appending(path: "a/bad.jpg"))
            try Data().write(to: bench.root.appending(path: "b/empty.png"))
            let names = Bench.pictures + ["a/bad.jpg", "b/empty.png", "b/gone.png"]
            let text = message { _ = try bench.cropper().run(names) }
            #expect(text.contains("3 of 7 pictures cannot be read"))
            for name in ["a/bad.jpg", "b/empty.png", "b/gone.png", "--skip-unreadable"] {
                #expect(text.contains(name))
            }
            var cropper = try bench.cropper()
            cropper.skipUnreadable = true
            let report = try cropper.run(names)
            #expect(report.unreadable.count == 3 && report.records.count == 4)
            #expect(report.reused == 4)
            #expect(message { _ = try cropper.run(["a/bad.jpg"]) }.contains("1 of 1"))
        }
    }

    @Test func otherPeoplesFilesAreNotOverwritten() throws {
        try withBench { bench in
            let mine = bench.output.appending(path: "a/one.jpg")
            try FileManager.default.createDirectory(
                at: mine.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data("mine".utf8).write(to: mine)
            let text = message { _ = try bench.run() }
            #expect(text.contains("a/one.jpg") && text.contains("not crops of an earlier run"))
            #expect(try bench.bytes("a/one.jpg") == Data("mine".utf8))
        }
    }

    @Test func foldersInOneAnotherAreRefused() throws {
        try withBench { bench in
            let link = bench.folder.appending(path: "link")
            try FileManager.default.createSymbolicLink(at: link, withDestinationURL: bench.root)
            let inside = bench.root.appending(path: "crops").path
            let places = [
                bench.root.path, inside, bench.folder.path, link.path, link.path + "/x",
                bench.root.path + "/../in/y",
            ]
            for output in places {
                let cropper = try FaceCropper(
                    root: bench.root.path, output: output, options: CropOptions(),
                    weights: #require(Fixtures.weights))
                #expect(message { _ = try cropper.run(Bench.pictures) }.contains("same folder"))
            }
        }
    }

    @Test func namesThatCollideAreRefused() throws {
        try withBench { bench in
            let text = message {
                _ = try bench.cropper { $0.format = .png }.run(["a/one.jpg", "a/one.png"])
            }
            #expect(text.contains("a/one.jpg and a/one.png would both become a/one.png"))
        }
    }

    @Test func oneRunAtATime() throws {
        try withBench { bench in
            _ = try bench.run()
            let journal = try CropJournal(folder: bench.output)
            #expect(message { _ = try bench.run() }.contains("another winnow"))
            withExtendedLifetime(journal) {}
        }
    }

    @Test func cropsOfPicturesThatAreGoneAreReported() throws {
        try withBench { bench in
            _ = try bench.run()
            let report = try bench.cropper().run(Array(Bench.pictures.dropFirst()))
            #expect(report.stale == ["a/one.jpg"] && report.records.count == 3)
            #expect(bench.exists("a/one.jpg"))
        }
    }

    @Test func aDiskThatRefuses() throws {
        try withBench { bench in
            try FileManager.default.createDirectory(
                at: bench.output, withIntermediateDirectories: true)
            // A file where a class folder has to go.
            try Data("x".utf8).write(to: bench.output.appending(path: "b"))
            let text = message { _ = try bench.run() }
            #expect(text.contains("cannot be written") && text.contains("run the same again"))
            try FileManager.default.removeItem(at: bench.output.appending(path: "b"))
            #expect(try bench.run().records.count == 4)
        }
    }

    private final class Counter: @unchecked Sendable {
        private let lock = NSLock()
        private var count = 0
        var value: Int {
            get { lock.withLock { count } }
            set { lock.withLock { count = newValue } }
        }
    }
}

/// Options that make no sense.
struct CropOptionsTests {
    @Test func refusals() {
        func error(_ change: (inout CropOptions) -> Void) -> String {
            var options = CropOptions()
            change(&options)
            do throws(FaceError) { try options.validate() } catch { return error.description }
            return "no error"
        }
        #expect(error { _ in } == "no error")
        #expect(error { $0.margin = -0.1 }.contains("margin"))
        #expect(error { $0.margin = .nan }.contains("margin"))
        #expect(error { $0.size = 0 }.contains("size"))
        #expect(error { $0.choice = "best" }.contains("largest, central, confident"))
        #expect(error { $0.detection.factor = 2 }.contains("factor"))
        #expect(
            error {
                $0.align = true
                $0.square = false
            }.contains("--align"))
    }

    @Test func namesOfCrops() {
        #expect(CropPlan.crop(of: "a.b/c.d.JPG", .png) == "a.b/c.d.png")
        #expect(CropPlan.crop(of: "a/c.JPEG", .jpeg) == "a/c.JPEG")
        #expect(CropPlan.crop(of: "a/c.png", .jpeg) == "a/c.jpg")
        #expect(CropPlan.crop(of: "a/c.PNG", .same) == "a/c.PNG")
        #expect(CropPlan.isPNG("a/c.PNG") && !CropPlan.isPNG("a/c.jpg"))
    }
}
