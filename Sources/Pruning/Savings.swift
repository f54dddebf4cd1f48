/// How much smaller and faster a network is than the one it was made from.
///
/// Ratios are original over new (Blalock et al. 2020, What is the state of neural network
/// pruning?): 2 is half the size. The dense ones hold for the tensors as they are stored and run;
/// the others count zeros as free, which masks alone do not make true. A new network of nothing
/// gives infinity.
package struct Savings: Sendable, Equatable, Codable {
    package let original: NetworkCost
    package let new: NetworkCost

    package init(from original: NetworkCost, to new: NetworkCost) {
        self.original = original
        self.new = new
    }

    /// Parameters, zeros included.
    package var compression: Double { Double(original.parameters) / Double(new.parameters) }
    /// Original parameters over those of the new that are not zero.
    package var theoreticalCompression: Double {
        Double(original.parameters) / Double(new.nonzeroParameters)
    }
    /// Multiply-accumulates, zeros included.
    package var speedup: Double { Double(original.macs) / Double(new.macs) }
    /// Original multiply-accumulates over those of the new by a weight that is not zero.
    package var theoreticalSpeedup: Double { Double(original.macs) / Double(new.nonzeroMACs) }
}
