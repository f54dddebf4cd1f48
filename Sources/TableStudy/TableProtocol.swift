import Core
import Formats
import Perceptron

/// Which rows a net learns from and which it is tested on.
package struct TableSplit: Sendable, Equatable {
    package let train: [Int]
    package let test: [Int]
}

/// How the table is split, and which rows the normalisation may see.
package struct TableProtocol: Sendable {
    package let name: String
    package let summary: String
    /// Whether means and standard deviations come from the training rows alone.
    package let fitsOnTraining: Bool
    /// Splits rows, given the group of each, into about `fraction` for testing.
    package let split: @Sendable ([String], Double, inout SplitMix64) -> TableSplit

    /// All protocols.
    package static let all = [asPaper, leakFree]

    /// Random rows are tested, and every row is normalised by the statistics of all.
    package static let asPaper = TableProtocol(
        name: "as-paper",
        summary: "random rows tested; mean and standard deviation of all rows",
        fitsOnTraining: false
    ) { groups, fraction, generator in
        let order = shuffled(Array(groups.indices), &generator)
        let tested = testSize(of: groups.count, fraction)
        return TableSplit(
            train: order.dropFirst(tested).sorted(), test: order.prefix(tested).sorted())
    }

    /// Whole groups (films, persons) are tested; statistics come from training rows alone.
    package static let leakFree = TableProtocol(
        name: "leak-free",
        summary: "whole groups tested; mean and standard deviation of the training rows",
        fitsOnTraining: true
    ) { groups, fraction, generator in
        let members = Dictionary(grouping: groups.indices, by: { groups[$0] })
        let order = shuffled(members.keys.sorted(), &generator)
        let wanted = testSize(of: groups.count, fraction)
        var test: [Int] = []
        for group in order where test.count < wanted { test += members[group] ?? [] }
        let tested = Set(test)
        return TableSplit(
            train: groups.indices.filter { !tested.contains($0) }, test: test.sorted())
    }

    /// The protocol called `name`; throws with the names there are.
    package static func named(_ name: String) throws -> TableProtocol {
        guard let found = all.first(where: { $0.name == name }) else {
            throw StudyError(NearestName.refusal(of: name, "protocol", among: all.map(\.name)))
        }
        return found
    }

    /// Rows to test: `fraction` of `rows`, rounded up as scikit-learn does.
    package static func testSize(of rows: Int, _ fraction: Double) -> Int {
        Int((Double(rows) * fraction).rounded(.up))
    }

    /// Splits into `count` folds, each row tested once; groups stay whole where the protocol
    /// keeps them so, each going to the smallest fold so far.
    package func folds(
        _ groups: [String], count: Int, _ generator: inout SplitMix64
    ) -> [TableSplit] {
        let keys = fitsOnTraining ? groups : groups.indices.map(String.init)
        let members = Dictionary(grouping: groups.indices, by: { keys[$0] })
        var folds = Array(repeating: [Int](), count: count)
        for key in Self.shuffled(members.keys.sorted(), &generator) {
            let smallest = folds.indices.min { folds[$0].count < folds[$1].count } ?? 0
            folds[smallest] += members[key] ?? []
        }
        return folds.map { test in
            let tested = Set(test)
            return TableSplit(
                train: groups.indices.filter { !tested.contains($0) }, test: test.sorted())
        }
    }

    private static func shuffled<Item>(
        _ items: [Item], _ generator: inout SplitMix64
    ) -> [Item] {
        var order = items.indices.map(UInt32.init)
        order.withUnsafeMutableBufferPointer { generator.shufflePacked($0) }
        return order.map { items[Int($0)] }
    }
}
