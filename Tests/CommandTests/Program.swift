import Foundation
import Testing

/// The built `winnow`, as a person would call it.
enum Program {
    /// The program beside the test bundle; nil where it was not built.
    static let file: URL? = {
        let beside = [Bundle.main.executableURL, URL(fileURLWithPath: CommandLine.arguments[0])]
        let places =
            beside.compactMap { $0?.deletingLastPathComponent() }
            + Bundle.allBundles.map { $0.bundleURL.deletingLastPathComponent() }
        return places.map { $0.appending(path: "winnow") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }()

    /// What a call came to.
    struct Outcome {
        let status: Int32
        let output: String
        let error: String
    }

    /// Calls `winnow` in `folder`, with one thread and with `environment` besides its own.
    static func run(
        _ arguments: [String], in folder: URL, environment: [String: String] = [:]
    ) throws -> Outcome {
        try start(arguments, in: folder, environment: environment).outcome()
    }

    /// A call that goes on.
    struct Running {
        let process: Process
        fileprivate let output: Sink
        fileprivate let error: Sink

        /// What it has said so far on standard error.
        var said: String { (try? String(contentsOf: error.url, encoding: .utf8)) ?? "" }

        /// Waits for its end.
        func outcome() throws -> Outcome {
            process.waitUntilExit()
            return Outcome(
                status: process.terminationStatus, output: try output.text(),
                error: try error.text())
        }
    }

    /// Starts `winnow` in `folder`, with one thread and with `environment` besides its own.
    ///
    /// - Parameter through: words before it, of a program that starts it.
    static func start(
        _ arguments: [String], in folder: URL, environment: [String: String] = [:],
        through: [String] = []
    ) throws -> Running {
        let process = Process()
        let words = through + [file?.path ?? "winnow"] + arguments
        process.executableURL = URL(fileURLWithPath: words[0])
        process.arguments = Array(words.dropFirst())
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment
            .merging(["OMP_NUM_THREADS": "1"]) { $1 }.merging(environment) { $1 }
        // Files, not pipes: nothing has to be read while the program runs.
        let (output, error) = (try Sink(folder, "output"), try Sink(folder, "error"))
        process.standardOutput = output.handle
        process.standardError = error.handle
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return Running(process: process, output: output, error: error)
    }

    /// Calls `winnow` with the words of `call`, and expects it to end with `status`.
    static func run(
        _ call: String, in folder: URL, status: Int32 = 0, environment: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Outcome {
        let words = call.split(separator: " ").map(String.init)
        let outcome = try run(words, in: folder, environment: environment)
        #expect(outcome.status == status, "\(outcome.error)", sourceLocation: sourceLocation)
        return outcome
    }

    fileprivate struct Sink {
        let url: URL
        let handle: FileHandle

        init(_ folder: URL, _ name: String) throws {
            url = FileManager.default.temporaryDirectory.appending(
                path: "\(folder.lastPathComponent).\(UUID()).\(name)")
            try Data().write(to: url)
            handle = try FileHandle(forWritingTo: url)
        }

        func text() throws -> String {
            defer { try? FileManager.default.removeItem(at: url) }
            try handle.close()
            return String(decoding: try Data(contentsOf: url), as: UTF8.self)
        }
    }
}

/// A folder that is gone after `body`.
func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "winnow-call-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
}
