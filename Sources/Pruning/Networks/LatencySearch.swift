import Models
import Torch

/// Looks for the amount with which a network takes the asked share of its time on this machine.
///
/// Measured, not counted: multiply-adds foretell time badly. Both networks run in turns, so that what else
/// the machine does falls on both.
struct LatencySearch {
    private let whole: Model
    private let fraction: Double
    private let side: Int

    /// Halvings; a measurement tells amounts apart to about a hundredth.
    private static let steps = 8
    /// Measurements closer than this to what was asked end the search.
    private static let tolerance = 0.01

    init(_ model: Model, _ fraction: Double) throws {
        guard let side = (model.graph.input.shape ?? []).last ?? nil else {
            throw PruningError(
                "a budget needs the size of the pictures, which the network leaves open")
        }
        (whole, self.fraction, self.side) = (model, fraction, side)
    }

    /// - Throws: `PruningError` when even the most that can go is not fast enough.
    func amount(_ words: String, cut: (Double) throws -> Model) throws -> Double {
        try Self.amount(words, fraction) { amount in
            try Latency.ratio(of: cut(amount), to: whole, side: side)
        }
    }

    /// - Parameter measure: the share of the time that an amount leaves; it falls with the amount but for noise.
    static func amount(
        _ words: String, _ fraction: Double, measure: (Double) throws -> Double
    ) throws -> Double {
        var tried: [(amount: Double, ratio: Double)] = []
        func ratio(_ amount: Double) throws -> Double {
            let found = try measure(amount)
            tried.append((amount, found))
            return found
        }
        let least = try ratio(1)
        guard least <= fraction else {
            throw PruningError(
                "latency cannot be brought to \((fraction * 1000).rounded() / 10)%: "
                    + "\((least * 1000).rounded() / 10)% of the time is left when '\(words)' takes all "
                    + "that it can")
        }
        var (low, high) = (0.0, 1.0)
        for _ in 0..<Self.steps {
            let middle = (low + high) / 2
            let found = try ratio(middle)
            if abs(found - fraction) <= Self.tolerance * fraction { break }
            if found <= fraction { high = middle } else { low = middle }
        }
        return tried.min { abs($0.ratio - fraction) < abs($1.ratio - fraction) }?.amount ?? high
    }
}
