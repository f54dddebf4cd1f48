import Comparing
import Foundation

@testable import Perceptron

/// The slow oracle: the same net, loss and update rules in Double, one obvious loop at a time.
struct PlainNet {
    let shape: Shape
    let activation: Activation
    var weights: [[Double]]  // hidden weights, hidden bias, output weights, output bias
    private var memory: [[(first: Double, second: Double)]]
    private var steps = 0

    init(_ net: Perceptron) {
        shape = net.shape
        activation = net.activation
        weights = [net.hiddenWeights, net.hiddenBias, net.outputWeights, net.outputBias]
            .map { $0.map(Double.init) }
        memory = weights.map { $0.map { _ in (0, 0) } }
    }

    func hidden(_ x: [Double]) -> [Double] {
        (0..<shape.hidden).map { unit in
            var z = weights[1][unit]
            for input in 0..<shape.inputs {
                z += weights[0][unit * shape.inputs + input] * x[input]
            }
            switch activation {
            case .sigmoid: return 1 / (1 + exp(-z))
            case .tanh: return tanh(z)
            case .relu: return max(z, 0)
            }
        }
    }

    func logits(_ h: [Double]) -> [Double] {
        (0..<shape.outputs).map { output in
            var sum = weights[3][output]
            for unit in 0..<shape.hidden {
                sum += weights[2][output * shape.hidden + unit] * h[unit]
            }
            return sum
        }
    }

    static func softmax(_ logits: [Double]) -> [Double] {
        let top = logits.max() ?? 0
        let shares = logits.map { exp($0 - top) }
        let sum = shares.reduce(0, +)
        return shares.map { $0 / sum }
    }

    /// One step over a batch; returns the mean loss before it.
    mutating func learn(_ rows: [[Double]], _ labels: [Int], _ optimizer: Optimizer) -> Double {
        var gradient = weights.map { $0.map { _ in 0.0 } }
        var loss = 0.0
        for (x, label) in zip(rows, labels) {
            let h = hidden(x)
            let p = Self.softmax(logits(h))
            loss -= log(p[label]) / Double(rows.count)
            let delta = p.enumerated().map {
                ($0.element - ($0.offset == label ? 1 : 0)) / Double(rows.count)
            }
            for output in 0..<shape.outputs {
                gradient[3][output] += delta[output]
                for unit in 0..<shape.hidden {
                    gradient[2][output * shape.hidden + unit] += delta[output] * h[unit]
                }
            }
            for unit in 0..<shape.hidden {
                var error = 0.0
                for output in 0..<shape.outputs {
                    error += delta[output] * weights[2][output * shape.hidden + unit]
                }
                switch activation {
                case .sigmoid: error *= h[unit] * (1 - h[unit])
                case .tanh: error *= 1 - h[unit] * h[unit]
                case .relu: error *= h[unit] > 0 ? 1 : 0
                }
                gradient[1][unit] += error
                for input in 0..<shape.inputs {
                    gradient[0][unit * shape.inputs + input] += error * x[input]
                }
            }
        }
        steps += 1
        apply(gradient, optimizer)
        return loss
    }

    private mutating func apply(_ gradient: [[Double]], _ optimizer: Optimizer) {
        for part in weights.indices {
            for place in weights[part].indices {
                let g = gradient[part][place]
                switch optimizer {
                case .sgd(let rate, let momentum):
                    let velocity = momentum * memory[part][place].first + g
                    memory[part][place].first = velocity
                    weights[part][place] -= rate * velocity
                case .adam(let rate, let beta1, let beta2, let epsilon):
                    let (b1, b2) = (beta1, beta2)
                    let m = b1 * memory[part][place].first + (1 - b1) * g
                    let v = b2 * memory[part][place].second + (1 - b2) * g * g
                    memory[part][place] = (m, v)
                    let mean = m / (1 - pow(b1, Double(steps)))
                    let square = v / (1 - pow(b2, Double(steps)))
                    weights[part][place] -= rate * mean / (square.squareRoot() + epsilon)
                }
            }
        }
    }

    /// One pass over rows in their order; returns the mean loss over the rows.
    mutating func epoch(
        _ rows: [[Double]], _ labels: [Int], batch: Int, _ optimizer: Optimizer
    ) -> Double {
        var total = 0.0
        for start in stride(from: 0, to: rows.count, by: batch) {
            let end = min(start + batch, rows.count)
            let loss = learn(Array(rows[start..<end]), Array(labels[start..<end]), optimizer)
            total += loss * Double(end - start)
        }
        return total / Double(rows.count)
    }

    /// The largest difference from `net`'s weights.
    func distance(_ net: Perceptron) -> Double {
        let other = [net.hiddenWeights, net.hiddenBias, net.outputWeights, net.outputBias]
        return zip(weights, other).map { largestDifference($1, $0) }.max() ?? 0
    }
}
