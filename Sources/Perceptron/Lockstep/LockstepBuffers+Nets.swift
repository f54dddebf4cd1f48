extension LockstepBuffers {
    /// Puts `net` into lane `lane`; units not in `aliveUnits` start and stay without effect.
    func load(_ net: Perceptron, lane: Int, aliveUnits: [Bool]?) {
        for unit in 0..<net.shape.hidden where aliveUnits?[unit] ?? true {
            alive[unit][lane] = 1
            slot(unit: unit, place: 0)[0][lane] = net.hiddenBias[unit]
            for output in 0..<outputs {
                slot(unit: unit, place: 1 + output)[0][lane] =
                    net.outputWeights[output * net.shape.hidden + unit]
            }
            for input in 0..<inputs {
                slot(unit: unit, place: 1 + outputs + input)[0][lane] =
                    net.hiddenWeights[unit * inputs + input]
            }
        }
        for output in 0..<outputs { outputBias[output * width][lane] = net.outputBias[output] }
    }

    /// Reads lane `lane` back into a net like `net`; dead units come back with all weights zero.
    func store(into net: inout Perceptron, lane: Int) {
        for unit in 0..<net.shape.hidden {
            net.hiddenBias[unit] = slot(unit: unit, place: 0)[0][lane]
            for output in 0..<outputs {
                net.outputWeights[output * net.shape.hidden + unit] =
                    slot(unit: unit, place: 1 + output)[0][lane]
            }
            for input in 0..<inputs {
                net.hiddenWeights[unit * inputs + input] =
                    slot(unit: unit, place: 1 + outputs + input)[0][lane]
            }
        }
        for output in 0..<outputs { net.outputBias[output] = outputBias[output * width][lane] }
    }
}
