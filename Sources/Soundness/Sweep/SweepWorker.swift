import Core
import Foundation
import Torch

/// What the process that does the sweep is told, and what it answers: one line of JSON a case.
package struct SweepOrder: Codable, Sendable {
    package let extent: ConvolutionCase.Extent
    package let way: ConvolutionWay
    /// The first case, and how many.
    package let first: Int
    package let count: Int

    /// One argument for the command line.
    package var text: String { "\(extent.rawValue):\(way.rawValue):\(first):\(count)" }

    init(extent: ConvolutionCase.Extent, way: ConvolutionWay, first: Int, count: Int) {
        self.extent = extent
        self.way = way
        self.first = first
        self.count = count
    }

    /// Reads `text`; nil when it is none.
    package init?(_ text: String) {
        let parts = text.split(separator: ":").map(String.init)
        guard parts.count == 4, let extent = ConvolutionCase.Extent(rawValue: parts[0]),
            let way = ConvolutionWay(rawValue: parts[1]), let first = Int(parts[2]),
            let count = Int(parts[3]), first >= 0, count >= 0
        else { return nil }
        self.init(extent: extent, way: way, first: first, count: count)
    }
}

/// One line of the worker's: which case, begun (no outcome) or done.
struct SweepLine: Codable {
    let index: Int
    var outcome: CaseOutcome?
    /// What libtorch said where it refused the case.
    var refusal: String?

    var isDone: Bool { outcome != nil || refusal != nil }
}

/// The process that does the cases: it may crash, which its parent notes.
package enum SweepWorker {
    /// Does the cases of `order` and writes a line before and after each.
    package static func run(_ order: SweepOrder) throws {
        Runtime.installCachingAllocator()
        let cases = ConvolutionCase.list(order.extent)
        let end = min(cases.count, order.first + order.count)
        guard order.first < end else { return }
        for index in order.first..<end {
            try write(SweepLine(index: index))
            var line = SweepLine(index: index)
            do {
                line.outcome = try CaseCheck.outcome(cases[index], order.way)
            } catch let error as TorchError {
                line.refusal = error.description
            }
            try write(line)
        }
    }

    private static func write(_ line: SweepLine) throws {
        try FileHandle.standardOutput.write(
            contentsOf: CanonicalJSON.line.naming(nan: "nan").document(line))
    }
}
