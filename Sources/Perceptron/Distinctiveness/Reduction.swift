/// A net being reduced: units are switched off one step at a time, without retraining.
///
/// The net keeps its shape; a removed unit has no outgoing weights, and `compacted` drops it.
package struct Reduction {
    /// The net as reduced so far.
    package private(set) var net: Perceptron
    /// Which hidden units are left.
    package private(set) var alive: [Bool]
    /// The steps so far, oldest first.
    package private(set) var removals: [Removal] = []
    /// The original net's activations over the training patterns; reduction changes none of them.
    package let hidden: HiddenActivations
    /// Whether each step is measured; a study of many bounds measures only where it stops.
    private let certifies: Bool
    private var outputs: Logits

    package init(_ net: Perceptron, _ hidden: HiddenActivations, certifies: Bool = true) {
        self.net = net
        self.hidden = hidden
        self.certifies = certifies
        alive = Array(repeating: true, count: net.shape.hidden)
        outputs = Logits(net, hidden)
    }

    /// Hidden units left.
    package var unitsLeft: Int { alive.reduce(0) { $0 + ($1 ? 1 : 0) } }

    /// Merges the later unit of `pair` into the earlier, if both are left.
    package mutating func merge(_ pair: UnitPair) {
        guard alive[pair.first], alive[pair.second] else { return }
        transfer(from: pair.second, to: pair.first, times: 1)
        finish(
            [pair.second], .similar(kept: pair.first, degrees: pair.degrees))
    }

    /// Takes out the two units of `pair`, if both are left; in `exact` mode the earlier stays.
    package mutating func cancel(_ pair: UnitPair, mode: ComplementaryMode) {
        guard alive[pair.first], alive[pair.second] else { return }
        let reason = { (other: Int) -> RemovalReason in
            .complementary(other: other, degrees: pair.degrees, mode: mode)
        }
        switch mode {
        case .paper:
            finish([pair.first, pair.second], reason(pair.second))
        case .bias:
            foldIntoBias(pair.first, value: hidden.mean(pair.first))
            foldIntoBias(pair.second, value: hidden.mean(pair.second))
            finish([pair.first, pair.second], reason(pair.second))
        case .exact:
            foldIntoBias(
                pair.second, value: hidden.mean(pair.first) + hidden.mean(pair.second))
            transfer(from: pair.second, to: pair.first, times: -1)
            finish([pair.second], reason(pair.first))
        }
    }

    /// Takes out `unit` and adds what it puts out at `value` to the output biases.
    package mutating func fold(_ unit: Int, value: Double, reason: RemovalReason) {
        guard alive[unit] else { return }
        foldIntoBias(unit, value: value)
        finish([unit], reason)
    }

    /// Takes out `unit`, which is `weights` of other units plus `constant`.
    package mutating func spread(_ unit: Int, weights: [Int: Double], constant: Double) {
        guard alive[unit], weights.keys.allSatisfy({ alive[$0] }) else { return }
        for (other, weight) in weights.sorted(by: { $0.key < $1.key }) {
            transfer(from: unit, to: other, times: weight)
        }
        foldIntoBias(unit, value: constant)
        finish([unit], .joint(weights: weights, constant: constant))
    }

    /// The change of the outputs since the original net.
    package func change(from original: Logits) -> OutputChange {
        OutputChange(from: original, to: Logits(net, hidden))
    }

    private mutating func transfer(from source: Int, to target: Int, times factor: Double) {
        let width = net.shape.hidden
        for output in 0..<net.shape.outputs {
            let moved = Double(net.outputWeights[output * width + source]) * factor
            net.outputWeights[output * width + target] += Float(moved)
        }
    }

    private mutating func foldIntoBias(_ unit: Int, value: Double) {
        for output in 0..<net.shape.outputs {
            let weight = Double(net.outputWeights[output * net.shape.hidden + unit])
            net.outputBias[output] += Float(weight * value)
        }
    }

    private mutating func finish(_ units: [Int], _ reason: RemovalReason) {
        for unit in units {
            alive[unit] = false
            for output in 0..<net.shape.outputs {
                net.outputWeights[output * net.shape.hidden + unit] = 0
            }
        }
        var certificate = OutputChange.none
        if certifies {
            let after = Logits(net, hidden)
            certificate = OutputChange(from: outputs, to: after)
            outputs = after
        }
        removals.append(Removal(units: units, reason: reason, certificate: certificate))
    }
}

extension Perceptron {
    /// The net without the hidden units that are not in `alive`.
    package func compacted(_ alive: [Bool]) -> Perceptron {
        let kept = (0..<shape.hidden).filter { alive[$0] }
        var small = Perceptron(
            shape: Shape(inputs: shape.inputs, hidden: kept.count, outputs: shape.outputs),
            activation: activation)
        for (place, unit) in kept.enumerated() {
            small.hiddenBias[place] = hiddenBias[unit]
            for input in 0..<shape.inputs {
                small.hiddenWeights[place * shape.inputs + input] =
                    hiddenWeights[unit * shape.inputs + input]
            }
            for output in 0..<shape.outputs {
                small.outputWeights[output * kept.count + place] =
                    outputWeights[output * shape.hidden + unit]
            }
        }
        small.outputBias = outputBias
        return small
    }
}
