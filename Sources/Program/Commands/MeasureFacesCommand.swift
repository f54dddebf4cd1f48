import ArgumentParser
import Core
import Faces
import Foundation

/// Times the face detector for `scripts/bench`, over the pictures of `Benchmarks/peers/faces_facenet.py`.
struct MeasureFacesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure-faces",
        abstract: "Seconds to find the faces of a folder's pictures (used by scripts/bench).",
        shouldDisplay: false)

    @Argument(help: "Folder of pictures, at any depth.")
    var folder: String
    @Option(help: "Pictures worked on side by side.")
    var threads = 2
    @Option(help: "At most so many pictures, evenly taken (0: all).")
    var limit = 0

    private struct Result: Encodable {
        let seconds: Double
        let pictures: Int
        let faces: Int
        let threads: Int
    }

    func run() throws {
        let files = try taken()
        guard !files.isEmpty else { throw FaceError("\(folder): no pictures") }
        let survey = try FaceSurvey(.installed(), threads: threads)
        _ = survey.find(Array(files.prefix(5)))
        let start = ContinuousClock.now
        let found = try survey.find(files).reduce(0) { try $0 + $1.get().faces.count }
        let time = start.duration(to: .now).components
        let result = Result(
            seconds: Double(time.seconds) + Double(time.attoseconds) * 1e-18,
            pictures: files.count, faces: found, threads: threads)
        Output.line(try CanonicalJSON.line.text(result))
    }

    /// All pictures by path, every k-th where there are more than `limit`.
    private func taken() throws -> [String] {
        let root = folder
        let endings: Set<String> = ["jpg", "jpeg", "png"]
        let files = try FileManager.default.subpathsOfDirectory(atPath: root)
            .filter { endings.contains(($0 as NSString).pathExtension.lowercased()) }
            .sorted { $0.split(separator: "/").lexicographicallyPrecedes($1.split(separator: "/")) }
        let step = limit > 0 ? max(1, (files.count + limit - 1) / limit) : 1
        return stride(from: 0, to: files.count, by: step).map { root + "/" + files[$0] }
    }
}
