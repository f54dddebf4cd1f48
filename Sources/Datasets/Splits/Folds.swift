import Core

/// Divisions of a data set into k folds.
enum Folds {
    /// The fold of each picture: fold sizes, and each class's share of a fold, differ by at most
    /// one.
    static func stratified(
        _ problem: SplitProblem, _ count: Int, _ generator: inout SplitMix64
    ) throws(DatasetError) -> [Int] {
        guard count >= 2, count <= problem.count else {
            throw DatasetError("split: \(count) folds of \(problem.count) pictures; give 2 or more")
        }
        var folds = [Int](repeating: 0, count: problem.count)
        var next = 0
        for members in Stratified.byClass(Array(0..<problem.count), problem.labels) {
            for picture in generator.shuffledFromBack(members) {
                folds[picture] = next % count
                next += 1
            }
        }
        return folds
    }

    /// The bin of each of `pictures`, whole groups together, near the given shares.
    /// - Throws: `DatasetError` without groups, or with fewer groups than bins.
    static func grouped(
        _ problem: SplitProblem, among pictures: [Int], shares: [Double],
        _ generator: inout SplitMix64
    ) throws(DatasetError) -> [Int] {
        guard let grouping = problem.grouping else {
            throw DatasetError(
                "this split keeps groups whole and needs to know them: give `groups`")
        }
        let present = Set(pictures.map { grouping.ids[$0] }).sorted()
        guard present.count >= shares.count else {
            throw DatasetError(
                "split: \(present.count) groups cannot fill \(shares.count) parts without sharing "
                    + "one. Give finer groups or fewer parts")
        }
        let index = Dictionary(uniqueKeysWithValues: zip(present, present.indices))
        var histograms = present.map { _ in [Int](repeating: 0, count: problem.classCount) }
        let slots = pictures.compactMap { index[grouping.ids[$0]] }
        for (slot, picture) in zip(slots, pictures) {
            histograms[slot][problem.labels[picture]] += 1
        }
        let bins = GroupAllocator(histograms: histograms, shares: shares).allocate(&generator)
        return slots.map { bins[$0] }
    }

    /// Grouped folds, each the test part once, with a validation part of whole groups.
    static func groupedRounds(
        _ problem: SplitProblem, _ count: Int, _ validation: Double,
        _ generator: inout SplitMix64
    ) throws(DatasetError) -> [Split] {
        let rest = 1 - 1 / Double(max(count, 1))
        guard count >= 2, validation.isFinite, validation >= 0, validation < rest else {
            throw DatasetError(
                "split: \(count) folds and a validation share of \(validation) leave nothing")
        }
        let all = Array(0..<problem.count)
        let even = [Double](repeating: 1 / Double(count), count: count)
        let folds = try grouped(problem, among: all, shares: even, &generator)
        var rounds: [Split] = []
        for test in 0..<count {
            var chosen: Set<Int> = []
            if validation > 0 {
                let rest = all.filter { folds[$0] != test }
                let share = min(0.99, validation * Double(all.count) / Double(max(rest.count, 1)))
                let bins = try grouped(
                    problem, among: rest, shares: [1 - share, share], &generator)
                chosen = Set(zip(rest, bins).filter { $0.1 == 1 }.map(\.0))
            }
            rounds.append(split(folds, test: test, validation: chosen))
        }
        return rounds
    }

    /// The round in which fold `test` is the test part.
    static func split(_ folds: [Int], test: Int, validation: Set<Int>) -> Split {
        Split(
            parts: folds.indices.map { index in
                if folds[index] == test { return .test }
                return validation.contains(index) ? .validation : .train
            })
    }
}
