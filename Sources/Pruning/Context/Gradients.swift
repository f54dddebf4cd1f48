import Models
import Torch

/// What pictures say of the loss around a layer's weights, in evaluation: the gradient of the mean
/// cross-entropy, and how it differs from batch to batch.
package struct Gradients: Sendable {
    /// Of the mean loss over all pictures, row-major.
    package fileprivate(set) var mean: [Float]
    /// Mean over batches of the square of the batch's gradient, times the batch's size: the empirical
    /// Fisher information's diagonal, which stands for the Hessian's near a minimum (gradients of single
    /// pictures there have mean zero, so that the square of their sum is the sum of their squares).
    package fileprivate(set) var fisher: [Float]
    /// Of each row of the weight: mean over batches of (sum of gradient x weight)^2.
    package fileprivate(set) var gates: [Double]
    /// The same of each column, where the weight is a matrix.
    private var columns: [Double]

    fileprivate init(_ shape: [Int]) {
        mean = [Float](repeating: 0, count: shape.reduce(1, *))
        fisher = mean
        gates = [Double](repeating: 0, count: shape[0])
        columns = [Double](repeating: 0, count: shape.count == 2 ? shape[1] : 0)
    }

    /// Of the transposed matrix.
    var transposed: Gradients {
        var other = self
        (other.gates, other.columns) = (columns, gates)
        other.mean = Self.transposed(mean, rows: gates.count)
        other.fisher = Self.transposed(fisher, rows: gates.count)
        return other
    }

    /// A row-major matrix with its dimensions exchanged.
    static func transposed(_ values: [Float], rows: Int) -> [Float] {
        let width = values.count / max(1, rows)
        return values.indices.map { values[$0 % rows * width + $0 / rows] }
    }

    /// Adds a batch's gradient of the summed loss.
    fileprivate mutating func add(_ gradient: [Float], _ weights: [Float], pictures: Int) {
        let size = gradient.count / max(1, gates.count)
        let scale = 1 / Float(pictures)
        var sums = columns.map { _ in 0.0 }
        for row in gates.indices {
            var product = 0.0
            var column = 0
            for index in (row * size)..<((row + 1) * size) {
                let one = gradient[index]
                mean[index] += one
                fisher[index] += one * one * scale
                product += Double(one * weights[index])
                if !columns.isEmpty { sums[column] += Double(one * weights[index]) }
                column += 1
            }
            product /= Double(pictures)
            gates[row] += product * product
        }
        for (column, sum) in sums.enumerated() {
            columns[column] += sum * sum / Double(pictures * pictures)
        }
    }

    fileprivate mutating func divide(pictures: Int, batches: Int) {
        for index in mean.indices {
            mean[index] /= Float(pictures)
            fisher[index] /= Float(batches)
        }
        for row in gates.indices { gates[row] /= Double(batches) }
        for column in columns.indices { columns[column] /= Double(batches) }
    }

    /// By weight, in one pass over the pictures.
    static func all(
        _ model: Model, _ layers: [String], _ pictures: SamplePictures
    ) throws -> [String: Gradients] {
        let own = try model.with(model.state.copied())
        let weights = try layers.map { name in
            let weight = try own.state.require(name)
            return (name, try weight.values(Float.self), try weight.requiresGrad_())
        }
        let executor = try Executor(own)
        var (found, count, batches): ([String: Gradients], Int, Int) = ([:], 0, 0)
        try pictures.forEachBatch { batch, labels in
            let targets = try Tensor(labels.map(Int64.init), [labels.count])
            let scores = try executor.forward(batch, training: false)
            try crossEntropy(scores, targets, reduction: .sum).backward()
            for (name, values, weight) in weights {
                guard let gradient = try weight.grad else { continue }
                found[name, default: Gradients(weight.shape)]
                    .add(try gradient.values(), values, pictures: labels.count)
                try weight.clearGrad()
            }
            (count, batches) = (count + labels.count, batches + 1)
        }
        guard count > 0 else {
            throw PruningError("no pictures were given to look at: at least one is needed")
        }
        return found.mapValues { sums in
            var means = sums
            means.divide(pictures: count, batches: batches)
            return means
        }
    }
}
