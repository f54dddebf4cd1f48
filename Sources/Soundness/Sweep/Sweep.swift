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

    package init(
        _ extent: ConvolutionCase.Extent, _ way: ConvolutionWay, program: URL, arguments: [String],
        environment: [String: String] = [:]
    ) {
        self.extent = extent
        self.way = way
        self.program = program
        self.arguments = arguments
        self.environment = environment
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
                guard $0.outcome != nil || $0.refusal != nil else { return }
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
                if $0.outcome != nil || $0.refusal != nil, suspect == index { report.note($0) }
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
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        var last: SweepLine?
        for text in LineReader(pipe.fileHandleForReading) {
            guard let line = try? decoder.decode(SweepLine.self, from: text) else { continue }
            last = line
            each(line)
            if isCancelled() { process.terminate() }
        }
        process.waitUntilExit()
        guard let last else { return nil }
        let isDone = last.outcome != nil || last.refusal != nil
        return Ran(
            index: last.index,
            died: !isDone || (process.terminationReason == .uncaughtSignal && !isCancelled()))
    }
}

/// A sweep that could not be done at all.
package struct SweepError: Error, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}

/// Lines of a pipe, as they come.
private struct LineReader: Sequence, IteratorProtocol {
    private let handle: FileHandle
    private var rest = Data()

    init(_ handle: FileHandle) { self.handle = handle }

    mutating func next() -> Data? {
        while true {
            if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                defer { rest = Data(rest[(end + 1)...]) }
                return Data(rest[..<end])
            }
            let more = handle.availableData
            if more.isEmpty { return nil }
            rest += more
        }
    }
}
