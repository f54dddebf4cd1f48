/// A net's outputs before the softmax, for each of some patterns.
package struct Logits {
    /// `[outputs][patterns]`.
    let table: LaneTable

    /// V h + c from activations already worked out, since a reduced net shares them.
    package init(_ net: Perceptron, _ hidden: HiddenActivations) {
        table = LaneTable(rows: net.shape.outputs, count: hidden.patterns)
        for output in 0..<net.shape.outputs {
            let target = table.row(output)
            for v in 0..<table.vectors {
                target[v] = Lanes(repeating: net.outputBias[output])
            }
            for unit in 0..<net.shape.hidden {
                let weight = net.outputWeights[output * net.shape.hidden + unit]
                if weight == 0 { continue }
                let source = hidden.table.row(unit)
                for v in 0..<table.vectors {
                    target[v] = fma(Lanes(repeating: weight), source[v], target[v])
                }
            }
        }
    }

    /// How many patterns have their largest output at their own class; ties go to the lower class.
    package func correct(_ labels: [Int]) -> Int {
        var correct = 0
        for pattern in 0..<min(labels.count, table.count) {
            var best = 0
            for output in 1..<table.rows where table[output, pattern] > table[best, pattern] {
                best = output
            }
            if best == labels[pattern] { correct += 1 }
        }
        return correct
    }

    /// Mean cross-entropy over the patterns, in natural units.
    package func loss(_ labels: [Int]) -> Double {
        let shares = probabilities()
        var sum = 0.0
        for pattern in 0..<min(labels.count, table.count) {
            sum -= logarithm(max(Double(shares[labels[pattern], pattern]), 1e-300))
        }
        return labels.isEmpty ? 0 : sum / Double(labels.count)
    }

    /// Softmax over the outputs.
    func probabilities() -> LaneTable {
        let shares = LaneTable(rows: table.rows, count: table.count)
        for v in 0..<table.vectors {
            var top = table.row(0)[v]
            for output in 1..<table.rows { top = larger(top, table.row(output)[v]) }
            var sum = Lanes()
            for output in 0..<table.rows {
                let share = exponential(table.row(output)[v] - top)
                shares.row(output)[v] = share
                sum += share
            }
            let inverse = 1 / sum
            for output in 0..<table.rows { shares.row(output)[v] *= inverse }
        }
        return shares
    }
}

/// How far a reduced net's outputs lie from the original's over some patterns.
package struct OutputChange: Sendable, Codable, Equatable {
    /// Largest change of any output before the softmax.
    package var largest: Double
    /// Mean over patterns and outputs of the change before the softmax.
    package var mean: Double
    /// Largest change of any class probability.
    package var largestProbability: Double
    /// Mean over patterns and classes of the change of probability.
    package var meanProbability: Double

    /// No change.
    package static let none = OutputChange(
        largest: 0, mean: 0, largestProbability: 0, meanProbability: 0)

    package init(
        largest: Double, mean: Double, largestProbability: Double, meanProbability: Double
    ) {
        self.largest = largest
        self.mean = mean
        self.largestProbability = largestProbability
        self.meanProbability = meanProbability
    }

    /// From `before` to `after`, over the patterns both were worked out for.
    package init(from before: Logits, to after: Logits) {
        (largest, mean) = distance(before.table, after.table)
        (largestProbability, meanProbability) = distance(
            before.probabilities(), after.probabilities())
    }
}

/// Largest and mean of |a - b| over two tables of one shape.
private func distance(_ a: LaneTable, _ b: LaneTable) -> (largest: Double, mean: Double) {
    var largest = Lanes()
    var sum = 0.0
    for row in 0..<min(a.rows, b.rows) {
        var rowSum = Lanes()
        for v in 0..<min(a.vectors, b.vectors) {
            let difference = a.row(row)[v] - b.row(row)[v]
            var size = larger(difference, -difference)
            if v == a.vectors - 1 { size = Lanes().replacing(with: size, where: a.lastLanes) }
            largest = larger(largest, size)
            rowSum += size
        }
        sum += Double(rowSum.sum())
    }
    let entries = a.rows * a.count
    return (Double(largest.max()), entries == 0 ? 0 : sum / Double(entries))
}
