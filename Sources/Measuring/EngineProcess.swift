import Foundation

/// A contender in a process of its own, over pipes: told `run` it answers `seconds S`, told `memory`
/// `bytes N` (`bytes` alone where it cannot tell). At first it says `ready`, or at any time `error TEXT`;
/// it ends when its input does.
package final class EngineProcess: Runner {
    private let process = Process()
    private let orders = Pipe()
    private let answers = Pipe()
    private let name: String
    private var unread = Data()

    /// Starts a program and waits until it is ready.
    ///
    /// - Parameters:
    ///   - name: who is told to have failed.
    ///   - environment: besides this process's own.
    /// - Throws: `MeasuringError` with what the program says is wrong.
    package init(
        _ name: String, program: URL, arguments: [String], environment: [String: String] = [:]
    ) throws {
        self.name = name
        signal(SIGPIPE, SIG_IGN)  // a program that died is an error, not the end of this one
        process.executableURL = program
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = orders
        process.standardOutput = answers
        do {
            try process.run()
        } catch {
            throw MeasuringError("\(name): \(program.path) cannot be started (\(error))")
        }
        try? answers.fileHandleForWriting.close()
        _ = try answer("ready")
    }

    deinit { end() }

    package func run() throws -> Double {
        guard let seconds = Double(try ask("run", "seconds")), seconds >= 0 else {
            throw MeasuringError("\(name): its answer to 'run' is no time")
        }
        return seconds
    }

    package func peakMemory() throws -> Int? { Int(try ask("memory", "bytes")) }

    package func end() {
        try? orders.fileHandleForWriting.close()
        if process.isRunning { process.waitUntilExit() }
    }

    private func ask(_ order: String, _ kind: String) throws -> String {
        do {
            try orders.fileHandleForWriting.write(contentsOf: Data("\(order)\n".utf8))
        } catch {
            throw ended()
        }
        return try answer(kind)
    }

    /// What follows `kind` on the next line.
    private func answer(_ kind: String) throws -> String {
        let line = try line()
        let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
        let rest = parts.count > 1 ? parts[1] : ""
        if parts.first == kind { return rest }
        if parts.first == "error" { throw MeasuringError("\(name): \(rest)") }
        throw MeasuringError("\(name): it said '\(line.prefix(200))'; expected '\(kind)'")
    }

    private func line() throws -> String {
        while true {
            if let end = unread.firstIndex(of: 10) {
                defer { unread = Data(unread[(end + 1)...]) }
                return String(decoding: unread[..<end], as: UTF8.self)
            }
            let more = answers.fileHandleForReading.availableData
            guard !more.isEmpty else { throw ended() }
            unread.append(more)
        }
    }

    private func ended() -> MeasuringError {
        process.waitUntilExit()
        let how = process.terminationReason == .exit ? "status" : "signal"
        return MeasuringError(
            "\(name): its process ended with \(how) \(process.terminationStatus) instead of answering; "
                + "what it said stands above")
    }
}
