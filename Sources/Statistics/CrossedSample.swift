/// Values of pictures, summed by group (person, film) and seed: what a mean over pictures and its
/// uncertainty are taken from.
///
/// The value may be 1 or 0 for a right or wrong answer, or one network's less another's. A group may be
/// tested under one seed or several; pictures of a group, and all pictures of a seed, may go right or
/// wrong together.
package struct CrossedSample: Sendable, Equatable {
    /// The pictures of one group tested under one seed.
    struct Cell: Sendable, Equatable {
        let seed: Int
        let group: Int
        var sum = 0.0
        var count = 0
    }

    /// By seed and group, each pair at most once.
    private(set) var cells: [Cell] = []
    private var places: [Int: [Int: Int]] = [:]

    package init() {}

    /// Adds one picture.
    package mutating func add(seed: Int, group: Int, value: Double) {
        let place: Int
        if let known = places[seed]?[group] {
            place = known
        } else {
            place = cells.count
            cells.append(Cell(seed: seed, group: group))
            places[seed, default: [:]][group] = place
        }
        cells[place].sum += value
        cells[place].count += 1
    }

    package var seeds: Int { Set(cells.map(\.seed)).count }
    package var groups: Int { Set(cells.map(\.group)).count }
    package var pictures: Int { cells.reduce(0) { $0 + $1.count } }

    /// The mean over the pictures.
    package var mean: Double {
        cells.reduce(0) { $0 + $1.sum } / Double(pictures)
    }

    /// How a seed, a group or one of both contributes to the variance of the mean: the limit of the
    /// cluster bootstrap over them, times k / (k - 1) for k clusters. nil for fewer than two.
    ///
    /// With r_c the sum of a cluster's values less the mean of all: k / (k - 1) sum r_c^2 / N^2.
    func variance(by cluster: (Cell) -> Int) -> Double? {
        let (mean, count) = (mean, Double(pictures))
        var residuals: [Int: Double] = [:]
        for cell in cells {
            residuals[cluster(cell), default: 0] += cell.sum - mean * Double(cell.count)
        }
        guard residuals.count > 1 else { return nil }
        let k = Double(residuals.count)
        // In order, so that the last bits are the same in every run.
        let squares = residuals.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value * $1.value }
        return k / (k - 1) * squares / (count * count)
    }

    /// The mean over pictures, and what groups and seeds make it vary by.
    ///
    /// Two-way cluster variances (Cameron, Gelbach & Miller 2011), taken apart as in an analysis of
    /// variance: V = V_groups + max(0, V_seeds - V_cells), where V_cells clusters by group and seed
    /// together, so that the second term is what seeds add to what their groups account for.
    /// Degrees of freedom by Satterthwaite (1946): V^2 / (V_groups^2 / (G - 1) + (second)^2 / (S - 1)).
    /// Tests/StatisticsTests simulates studies to see that it holds its level.
    ///
    /// `n` is the number of seeds. Without two seeds and two groups there is no error.
    package var estimate: Estimate {
        guard pictures > 0 else { return Estimate(n: 0, mean: .nan, error: nil, degrees: nil) }
        var estimate = Estimate(n: seeds, mean: mean, error: nil, degrees: nil)
        if seeds > 1, let byGroup = variance(by: \.group), let bySeed = variance(by: \.seed),
            let byCell = variance(by: { places[$0.seed]?[$0.group] ?? 0 })
        {
            let excess = max(0, bySeed - byCell)
            let variance = byGroup + excess
            let parts =
                byGroup * byGroup / Double(groups - 1) + excess * excess / Double(seeds - 1)
            estimate = Estimate(
                n: seeds, mean: mean, error: variance.squareRoot(),
                degrees: parts > 0 ? variance * variance / parts : Double(seeds - 1))
        }
        (estimate.groups, estimate.pictures) = (groups, pictures)
        return estimate
    }
}
