import Foundation

/// What became of one case.
package enum CaseResult: Sendable, Equatable {
    case right
    /// Off from float64 by this share of the largest value.
    case wrong(Double)
    /// Right, but another run gave other bytes.
    case unsteady
    /// The process died, alone with it or with the cases before it.
    case crashed
    /// libtorch refused it.
    case refused(String)

    /// For a screen.
    package var words: String {
        switch self {
        case .right: "right"
        case .wrong(let error): String(format: "off by %.2g of the largest value", error)
        case .unsteady: "does not repeat"
        case .crashed: "the process died"
        case .refused(let message): message
        }
    }
}

/// Runs the cases in a process of its own: a crash is a finding, and the sweep goes on after it.
package struct Sweep: Sendable {
    package let extent: ConvolutionCase.Extent
    package let way: ConvolutionWay
    /// The program and the arguments before the order's text.
    package let program: URL
    package let arguments: [String]
    /// Added to the worker's environment.
    package let environment: [String: String]
    /// Seconds without a line after which the worker counts as crashed: a process whose memory is
    /// damaged may hang instead of dying.
    package let patience: Double

    package init(
        _ extent: ConvolutionCase.Extent, _ way: ConvolutionWay, program: URL, arguments: [String],
        environment: [String: String] = [:], patience: Double = 15
    ) {
        self.extent = extent
        self.way = way
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.patience = patience
    }

    /// Tries every case.
    ///
    /// - Parameters:
    ///   - progress: cases done and in all.
    ///   - isCancelled: asked after each case; what was found until then is returned.
    /// - Throws: an error of Foundation when the program cannot be started; `SweepError` when it ends
    ///   without a word.
    package func run(
        progress: (Int, Int) -> Void = { _, _ in }, isCancelled: () -> Bool = { false }
    ) throws -> SweepReport {
        let cases = ConvolutionCase.list(extent)
        var report = SweepReport(way: way, cases: cases)
        var next = 0
        while next < cases.count, !isCancelled() {
            let ran = try lines(from: next, count: cases.count - next, isCancelled: isCancelled) {
                guard $0.isDone else { return }
                report.note($0)
                progress($0.index + 1, cases.count)
            }
            if isCancelled() { break }
            guard let ran else {
                throw SweepError("the sweep's process ended before its first case")
            }
            next = ran.index + 1
            if ran.died { try blame(ran.index, &report) }
        }
        return report
    }

    /// Finds which case a crash came from: damage done by one may show in a later one only. Each of the
    /// last few is run in a process of its own; where none dies alone, the one that was running is it.
    private func blame(_ index: Int, _ report: inout SweepReport) throws {
        var found = false
        for suspect in max(0, index - Self.suspects)...index {
            let alone = try lines(from: suspect, count: 1, isCancelled: { false }) {
                if $0.isDone, suspect == index { report.note($0) }
            }
            guard let alone, alone.died else { continue }
            report.noteCrash(suspect)
            found = true
        }
        if !found { report.noteCrash(index) }
    }

    private static let suspects = 6

    private struct Ran {
        let index: Int
        let died: Bool
    }

    /// Starts a worker and hands on its lines; nil where it wrote none.
    private func lines(
        from first: Int, count: Int, isCancelled: () -> Bool, each: (SweepLine) -> Void
    ) throws -> Ran? {
        let order = SweepOrder(extent: extent, way: way, first: first, count: count)
        let process = Process()
        let pipe = Pipe()
        process.executableURL = program
        process.arguments = arguments + [order.text]
        // A crash is what is looked for: nobody needs its backtrace, which would hold the pipe open.
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
            .merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        var last: SweepLine?
        var reader = LineReader(pipe.fileHandleForReading)
        while let text = reader.next(within: patience, unless: isCancelled) {
            guard let line = try? decoder.decode(SweepLine.self, from: text) else { continue }
            last = line
            each(line)
        }
        // Nothing to a process that has ended; the end of one that hangs or is no longer wanted.
        if !reader.isAtEnd { kill(process.processIdentifier, SIGKILL) }
        let isKilled = Self.waited(for: process)
        guard let last else { return nil }
        return Ran(index: last.index, died: !last.isDone || (isKilled && !isCancelled()))
    }

    /// Waits for the end of a process; whether it was one by a signal.
    ///
    /// Foundation learns of an end by a socket that the process's own children hold too: where one of them
    /// outlives it, the kernel is asked.
    private static func waited(for process: Process) -> Bool {
        for _ in 0..<50 {
            if !process.isRunning { return process.terminationReason == .uncaughtSignal }
            usleep(100_000)
        }
        var status: Int32 = 0
        return waitpid(process.processIdentifier, &status, WNOHANG) <= 0 || status & 0x7f != 0
    }
}

/// A sweep that could not be done at all.
package struct SweepError: Error, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}

/// Lines of a pipe, as they come.
private struct LineReader {
    private let handle: FileHandle
    private var rest = Data()
    /// Whether the other side has closed the pipe.
    private(set) var isAtEnd = false

    init(_ handle: FileHandle) { self.handle = handle }

    /// The next line; nil at the end, after so many seconds without a byte, or when cancelled.
    mutating func next(within seconds: Double, unless isCancelled: () -> Bool) -> Data? {
        while true {
            if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                defer { rest = Data(rest[(end + 1)...]) }
                return Data(rest[..<end])
            }
            guard waits(seconds, isCancelled) else { return nil }
            let more = handle.availableData
            isAtEnd = more.isEmpty
            if isAtEnd { return nil }
            rest += more
        }
    }

    /// Waits for bytes or the end, a fifth of a second at a time; false when there was neither.
    private func waits(_ seconds: Double, _ isCancelled: () -> Bool) -> Bool {
        let last = ContinuousClock.now + .seconds(seconds)
        while !isCancelled(), ContinuousClock.now < last {
            var request = pollfd(fd: handle.fileDescriptor, events: Int16(POLLIN), revents: 0)
            if poll(&request, 1, 200) > 0 { return true }
        }
        return false
    }
}
