/// Whether weights compete within their own layer or with those of every layer.
package enum PruningScope: String, Codable, Sendable, CaseIterable {
    case perLayer = "per-layer"
    case global
}

/// What a method may be told; each says which of these it reads.
package struct PruningOptions: Codable, Sendable, Hashable {
    /// The fields, by the names a command line gives them.
    package enum Setting: String, Codable, Sendable, CaseIterable {
        case amount
        case scope
        case angle
        case counts
        case seed
    }

    /// Fraction of the weights that are not already zero, 0...1.
    package var amount: Double
    package var scope: PruningScope
    /// Degrees, 0...180: filters closer than this are alike.
    package var angle: Double
    /// Weights to prune in each layer; a layer without an entry loses none.
    package var counts: [String: Int]?
    package var seed: UInt64

    package init(
        amount: Double = 0.5, scope: PruningScope = .perLayer, angle: Double = 45,
        counts: [String: Int]? = nil, seed: UInt64 = 0
    ) {
        self.amount = amount
        self.scope = scope
        self.angle = angle
        self.counts = counts
        self.seed = seed
    }
}

/// How many weights a fraction of them is.
package enum PruningAmount {
    /// `floor(fraction * count)` of the decimal fraction that was meant.
    ///
    /// 0.29 of 100 is 29, though the binary product is 28.999999999999996: a product within one
    /// unit in the last place of a whole number is that number.
    package static func count(_ fraction: Double, of count: Int) -> Int {
        let product = fraction * Double(count)
        let nearest = product.rounded()
        return Int(abs(nearest - product) <= nearest.ulp ? nearest : product.rounded(.down))
    }

    /// - Throws: `PruningError` unless the fraction is in 0...1.
    static func check(_ fraction: Double) throws {
        guard (0...1).contains(fraction) else {
            throw PruningError(
                "amount \(fraction): expected a fraction from 0 to 1 (half of the weights is 0.5)")
        }
    }
}
