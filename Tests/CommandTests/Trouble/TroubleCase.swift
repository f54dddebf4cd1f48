import Foundation
import Testing

/// One mistake or mishap, and what is right then.
struct TroubleCase: Sendable, CustomTestStringConvertible {
    let name: String
    /// What a person types, for a POSIX shell in a folder of `TroubleFolder`; `winnow` is the built program.
    let call: String
    let status: Int32
    /// What the answer says, on standard output or standard error.
    let says: [String]
    /// What it must not say.
    let lacks: [String]
    /// Files that are there afterwards, and those that are not.
    let leaves: [String]
    let removes: [String]

    init(
        _ name: String, _ call: String, status: Int32, says: [String] = [], lacks: [String] = [],
        leaves: [String] = [], removes: [String] = []
    ) {
        (self.name, self.call, self.status) = (name, call, status)
        (self.says, self.lacks) = (says, lacks)
        (self.leaves, self.removes) = (leaves, removes)
    }

    var testDescription: String { name }

    /// Calls it in `folder`, and compares.
    func check(in folder: URL) throws {
        let outcome = try Self.shell(call, in: folder)
        let said = outcome.output + outcome.error
        #expect(outcome.status == status, "\(name): \(said)")
        for text in says { #expect(said.contains(text), "\(name): \(text) is not in: \(said)") }
        for text in lacks + ["Fatal error", "Crash", "`"] {
            #expect(!said.contains(text), "\(name): \(text) is in: \(said)")
        }
        for file in leaves { #expect(Self.isThere(file, folder), "\(name): \(file) is missing") }
        for file in removes { #expect(!Self.isThere(file, folder), "\(name): \(file) is there") }
    }

    /// Also of a link whose end is missing.
    private static func isThere(_ file: String, _ folder: URL) -> Bool {
        var status = stat()
        return lstat(folder.appending(path: file).path, &status) == 0
    }

    /// What a shell makes of a script.
    static func shell(_ script: String, in folder: URL) throws -> Program.Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script]
        process.currentDirectoryURL = folder
        let environment = ProcessInfo.processInfo.environment
        let programs = Program.file?.deletingLastPathComponent().path ?? ""
        process.environment = environment.merging([
            "PATH": "\(programs):\(environment["PATH"] ?? "/usr/bin:/bin")", "OMP_NUM_THREADS": "1",
            "OMP_WAIT_POLICY": "passive",
            // Nothing is fetched.
            "WINNOW_WEIGHTS_URL": "http://127.0.0.1:9",
            "WINNOW_CACHE": folder.appending(path: ".cache").path,
        ]) { $1 }
        let places = ["out", "err"].map {
            FileManager.default.temporaryDirectory.appending(
                path: "winnow-said-\(UUID()).\($0)")
        }
        defer { for place in places { try? FileManager.default.removeItem(at: place) } }
        for place in places { try Data().write(to: place) }
        process.standardOutput = try FileHandle(forWritingTo: places[0])
        process.standardError = try FileHandle(forWritingTo: places[1])
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let texts = try places.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
        return Program.Outcome(
            status: process.terminationStatus, output: texts[0], error: texts[1])
    }
}
