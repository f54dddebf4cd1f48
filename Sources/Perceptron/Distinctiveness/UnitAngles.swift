/// Two hidden units and the angle between their vectors, in degrees.
package struct UnitPair: Sendable, Codable, Equatable {
    /// The lower index.
    package let first: Int
    package let second: Int
    package let degrees: Double

    package init(first: Int, second: Int, degrees: Double) {
        self.first = first
        self.second = second
        self.degrees = degrees
    }
}

/// The angle between every two hidden units over the training patterns.
///
/// A unit whose vector is zero has no direction: its angles count as 90 degrees, neither similar
/// nor complementary, and it is found as insignificant instead.
package struct UnitAngles: Sendable {
    /// Number of units.
    package let units: Int
    /// All pairs, first by their lower unit.
    package let pairs: [UnitPair]

    package init(_ vectors: UnitVectors) {
        units = vectors.units
        let lengths = (0..<vectors.units).map { vectors.dot($0, $0).squareRoot() }
        var pairs: [UnitPair] = []
        pairs.reserveCapacity(units * (units - 1) / 2)
        for first in 0..<units {
            for second in (first + 1)..<max(units, first + 1) {
                let scale = lengths[first] * lengths[second]
                let cosine = scale > 0 ? vectors.dot(first, second) / scale : 0
                pairs.append(
                    UnitPair(first: first, second: second, degrees: arcCosineDegrees(cosine)))
            }
        }
        self.pairs = pairs
    }

    /// Pairs under `bound` degrees, smallest angle first; equal angles by lower index.
    package func similar(below bound: Double) -> [UnitPair] {
        pairs.filter { $0.degrees < bound }.sorted { Self.order($0, $1, $0.degrees, $1.degrees) }
    }

    /// Pairs over `bound` degrees, largest angle first; equal angles by lower index.
    package func complementary(above bound: Double) -> [UnitPair] {
        pairs.filter { $0.degrees > bound }.sorted { Self.order($0, $1, -$0.degrees, -$1.degrees) }
    }

    private static func order(
        _ a: UnitPair, _ b: UnitPair, _ keyA: Double, _ keyB: Double
    ) -> Bool {
        (keyA, a.first, a.second) < (keyB, b.first, b.second)
    }
}
