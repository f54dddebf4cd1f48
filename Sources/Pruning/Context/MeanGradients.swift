import Models
import Torch

/// Gradients of the mean cross-entropy over pictures, in evaluation: what first-order criteria multiply with.
enum MeanGradients {
    /// By weight, row-major.
    static func all(
        _ model: Model, _ layers: [String], _ pictures: SamplePictures
    ) throws -> [String: [Float]] {
        let own = try model.with(model.state.copied())
        let weights = try layers.map { ($0, try own.state.require($0).requiresGrad_()) }
        let executor = try Executor(own)
        var (sums, count): ([String: [Float]], Int) = ([:], 0)
        try pictures.forEachBatch { batch, labels in
            let targets = try Tensor(labels.map(Int64.init), [labels.count])
            let scores = try executor.forward(batch, training: false)
            let loss = try crossEntropy(scores, targets, reduction: .sum)
            try loss.backward()
            for (name, weight) in weights {
                guard let gradient = try weight.grad else { continue }
                let values = try gradient.values(Float.self)
                if sums[name] == nil {
                    sums[name] = values
                } else {
                    for index in values.indices { sums[name]?[index] += values[index] }
                }
                try weight.clearGrad()
            }
            count += labels.count
        }
        guard count > 0 else {
            throw PruningError("no pictures were given to look at: at least one is needed")
        }
        return sums.mapValues { $0.map { $0 / Float(count) } }
    }
}
