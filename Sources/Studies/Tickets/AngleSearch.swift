import Models
import Pruning

/// Finds the angle that goes with an amount.
enum AngleSearch {
    /// The largest angle that is tried: beyond a right angle filters are not alike in any sense.
    static let most = 90

    /// The largest angle at which a filter goes when each layer loses `amount` of its filters, the most
    /// alike first.
    static func reached(
        _ amount: Double, in state: StateDictionary, layers: [String]
    ) throws -> Double {
        try layers.map { layer in
            let angles = try FilterAngles(layer, in: state)
            return angles.firstRemoved(
                PruningAmount.count(amount, of: angles.compared.count)
            ).angle
        }.max() ?? 0
    }

    /// The smallest whole angle at which some layer loses at least `amount` of its filters; 90 when none
    /// does.
    static func angle(
        for amount: Double, in state: StateDictionary, layers: [String]
    ) throws -> Double {
        let angles = try layers.map { try FilterAngles($0, in: state) }
        func largestShare(_ bound: Int) -> Double {
            angles.map {
                Double($0.removed(under: Double(bound)).count) / Double(max(1, $0.filters))
            }.max() ?? 0
        }
        var low = 1
        var high = most
        while low < high {
            let middle = (low + high) / 2
            if largestShare(middle) >= amount { high = middle } else { low = middle + 1 }
        }
        return Double(low)
    }
}
