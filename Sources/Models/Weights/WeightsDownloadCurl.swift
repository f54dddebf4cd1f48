import Foundation

/// One run of curl: the body goes into an open file; heads and complaints come through a pipe.
final class WeightsDownloadCurl {
    private let process = Process()
    private let pipe = Pipe()
    private var bytes = Data()

    /// Heads of the answers so far, and what curl complained of.
    var said: String { String(decoding: bytes, as: UTF8.self) }

    /// curl's own words for what went wrong: the last line, without its number.
    var reason: String {
        let line = said.split(whereSeparator: \.isNewline).last { $0.hasPrefix("curl: (") }
        let words = line?.drop { $0 != ")" }.dropFirst().trimmingCharacters(in: .whitespaces)
        return words ?? "curl says nothing"
    }

    /// The exit status; nil when a signal ended it.
    var status: Int32? {
        process.terminationReason == .exit ? process.terminationStatus : nil
    }

    /// - Parameter program: curl; where it is missing the exit status is 127.
    /// - Throws: `OfficialWeightsError` where no process can be started.
    init(_ url: URL, _ arguments: [String], output: FileHandle, program: String) throws {
        let input = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program, "--disable", "--config", "-"] + arguments
        process.standardInput = input.fileHandleForReading
        process.standardOutput = output
        process.standardError = pipe
        do {
            // Not an argument: a password in it would be in every list of processes.
            try input.fileHandleForWriting.write(
                contentsOf: Data("url = \"\(url.absoluteString)\"\n".utf8))
            try input.fileHandleForWriting.close()
            try process.run()
        } catch {
            throw OfficialWeightsError(
                .unreachable, "curl cannot be started (\(error.localizedDescription))")
        }
        let descriptor = pipe.fileHandleForReading.fileDescriptor
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    /// Whether curl has ended; waits a tenth of a second where it has not.
    func hasEnded() -> Bool {
        let isOver = !process.isRunning
        if !isOver { usleep(100_000) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = read(pipe.fileHandleForReading.fileDescriptor, &buffer, 4096),
            count > 0
        {
            bytes.append(contentsOf: buffer[..<count])
        }
        return isOver
    }

    /// Ends it; what came is in the file. A thread that blocks SIGTERM hands that down to its children,
    /// so SIGKILL.
    func stop() { kill(process.processIdentifier, SIGKILL) }
}
