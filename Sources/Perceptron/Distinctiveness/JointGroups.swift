/// A unit that, over the banded patterns, is exactly a weighted sum of earlier units and a constant.
///
/// With the unit's own weight -1 the group's joint effect is zero (`constant` 0) or constant.
package struct JointGroup: Sendable, Equatable {
    package let unit: Int
    /// Weights of the other units of the group.
    package let weights: [Int: Double]
    package let constant: Double
}

/// Finds groups of three or more units whose effects together are zero or constant
/// (Gedeon & Harris 1991).
///
/// Activations are banded to 0, 0.5 and 1. Each unit's row is reduced by the rows before it, with a
/// row of ones first; a row that comes to nothing is a group. Each pivot is the largest entry left.
package enum JointGroups {
    /// Groups over `hidden`, by the unit that can go. Groups of one or two units are left to the
    /// tests for constant units and for pairs.
    package static func find(_ hidden: HiddenActivations) -> [JointGroup] {
        let range = Self.range(hidden)
        let banded = (0..<hidden.units).map { unit in
            band((0..<hidden.patterns).map { (Double(hidden[unit, $0]) - range.low) / range.width })
        }
        return dependencies(banded).compactMap { unit, weights, constant in
            guard weights.count >= 2 else { return nil }
            // Back from 0...1 to the activation's own range.
            let total = weights.values.reduce(0, +)
            return JointGroup(
                unit: unit, weights: weights,
                constant: constant * range.width + range.low * (1 - total))
        }
    }

    /// The range a unit's activations are scaled from; a ReLU's is what the patterns show.
    private static func range(_ hidden: HiddenActivations) -> (low: Double, width: Double) {
        switch hidden.activation {
        case .sigmoid: return (0, 1)
        case .tanh: return (-1, 2)
        case .relu:
            var high = 0.0
            for unit in 0..<hidden.units {
                for pattern in 0..<hidden.patterns {
                    high = max(high, Double(hidden[unit, pattern]))
                }
            }
            return (0, high > 0 ? high : 1)
        }
    }

    /// Each value at its band's level. The edges adapt to the unit: each lies in the middle of the
    /// widest gap between values within 0.1 of 0.25 or of 0.75, so that values close together are
    /// not parted.
    package static func band(_ values: [Double]) -> [Double] {
        let sorted = values.sorted()
        let low = edge(sorted, around: 0.25), high = edge(sorted, around: 0.75)
        return values.map { $0 < low ? 0 : $0 < high ? 0.5 : 1 }
    }

    private static func edge(_ sorted: [Double], around centre: Double) -> Double {
        let ends = (centre - 0.1, centre + 0.1)
        let inside = sorted.filter { $0 > ends.0 && $0 < ends.1 }
        var previous = ends.0
        var best = (width: -1.0, middle: centre)
        for value in inside + [ends.1] {
            if value - previous > best.width { best = (value - previous, (value + previous) / 2) }
            previous = value
        }
        return best.middle
    }

    /// Rows that are sums of earlier rows and a constant, by elimination with partial pivoting.
    package static func dependencies(
        _ rows: [[Double]]
    ) -> [(unit: Int, weights: [Int: Double], constant: Double)] {
        guard let width = rows.first?.count, width > 0 else { return [] }
        var basis = [Eliminated(row: Array(repeating: 1, count: width), source: 0, of: rows.count)]
        var found: [(unit: Int, weights: [Int: Double], constant: Double)] = []
        for (unit, row) in rows.enumerated() {
            var reduced = Eliminated(row: row, source: unit + 1, of: rows.count)
            for earlier in basis { reduced.subtract(earlier) }
            if reduced.isZero {
                // 0 = row_unit - sum of the others, so each other's weight changes sign.
                let weights = reduced.weights(except: unit)
                found.append((unit, weights, -reduced.combination[0]))
            } else {
                basis.append(reduced)
            }
        }
        return found
    }
}

/// A row in the course of elimination, and the sum of original rows that it is.
private struct Eliminated {
    var row: [Double]
    /// Weights of the row of ones, then of each unit's row.
    var combination: [Double]
    private(set) var pivot = 0

    init(row: [Double], source: Int, of units: Int) {
        self.row = row
        combination = Array(repeating: 0, count: units + 1)
        combination[source] = 1
        choosePivot()
    }

    /// Banded rows hold multiples of a half, so anything under this is rounding.
    var isZero: Bool { abs(row[pivot]) < 1e-9 }

    mutating func subtract(_ other: Eliminated) {
        let factor = row[other.pivot] / other.row[other.pivot]
        guard factor != 0 else { return }
        for place in row.indices { row[place] -= factor * other.row[place] }
        row[other.pivot] = 0
        for place in combination.indices {
            combination[place] -= factor * other.combination[place]
        }
        choosePivot()
    }

    func weights(except unit: Int) -> [Int: Double] {
        var weights: [Int: Double] = [:]
        for place in combination.indices.dropFirst() where place != unit + 1 {
            if abs(combination[place]) > 1e-9 { weights[place - 1] = -combination[place] }
        }
        return weights
    }

    private mutating func choosePivot() {
        pivot = 0
        for place in row.indices where abs(row[place]) > abs(row[pivot]) { pivot = place }
    }
}
