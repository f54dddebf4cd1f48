import Formats
import Foundation
import Testing

@testable import Faces

private struct SceneOnly: Decodable {
    let scene: Scene
}

/// A folder `in` with two faces, one without and one with several, and a place `out` for crops.
struct CropBench {
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

/// Makes a bench, and removes it at the end of `body`.
func withBench<T>(_ body: (CropBench) throws -> T) throws -> T {
    try withTemporaryFolder { folder in
        let bench = CropBench(folder: folder)
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

/// What an error says; "no error" without one.
func message(_ body: () throws -> Void) -> String {
    do { try body() } catch { return "\(error)" }
    return "no error"
}
