/// One net laid out for training by itself: a lane to each hidden unit, every row of weights a
/// whole number of vectors. Whoever makes one deallocates it.
///
/// A struct, so that the training loop holds these addresses in registers.
struct SingleRunNet {
    /// The outputs share one vector's lower half.
    static let mostOutputs = 8

    let inputs: Int
    let outputs: Int
    /// Vectors to a row of hidden units.
    let vectors: Int
    /// Vectors in a slot: a weight's vector, and what the rule remembers of it (`UpdateRule`).
    let width: Int
    private let storage: UnsafeMutableRawPointer
    /// W, `[inputs][vectors]` slots.
    let incoming: UnsafeMutablePointer<Lanes>
    /// b, `[vectors]` slots.
    let bias: UnsafeMutablePointer<Lanes>
    /// V, `[8][vectors]` slots; rows past the last output stay zero.
    let outgoing: UnsafeMutablePointer<Lanes>
    /// V again, turned: eight outputs to each hidden unit. One sum needs it by unit and one by
    /// output; to keep both costs less than to turn one. Only where slots are one vector wide.
    let outgoingByUnit: UnsafeMutablePointer<OutputLanes>
    /// c in the first lanes; -1000 in the others, so that they get no share of the softmax. The first half of a slot.
    let outputBias: UnsafeMutablePointer<OutputLanes>
    /// The learning rate at output k, zero at the others: one vector to each class.
    let targets: UnsafeMutablePointer<OutputLanes>
    /// The learning rate at every output, zero in the spare lanes, which would else fill with
    /// numbers so small that the processor slows down.
    let rates: UnsafeMutablePointer<OutputLanes>
    /// h of the sample being learnt, and of the next: they change places at each step.
    let activations: UnsafeMutablePointer<Lanes>
    let nextActivations: UnsafeMutablePointer<Lanes>
    /// 1 for a unit that exists.
    let alive: UnsafeMutablePointer<Lanes>

    init(_ net: Perceptron, aliveUnits: [Bool]?, rate: Float, width: Int) {
        inputs = net.shape.inputs
        outputs = net.shape.outputs
        vectors = (net.shape.hidden + 15) / 16
        self.width = width
        let sizes = [
            inputs * vectors * width, vectors * width, Self.mostOutputs * vectors * width,
            width == 1 ? 8 * vectors : 0, width, Self.mostOutputs / 2, 1, vectors, vectors, vectors,
        ]
        let total = sizes.reduce(0, +)
        storage = .allocate(byteCount: total * MemoryLayout<Lanes>.stride, alignment: 64)
        let base = storage.bindMemory(to: Lanes.self, capacity: total)
        base.initialize(repeating: Lanes(), count: total)
        var starts = [base]
        for size in sizes { starts.append(starts[starts.count - 1] + size) }
        incoming = starts[0]
        bias = starts[1]
        outgoing = starts[2]
        outgoingByUnit = UnsafeMutableRawPointer(starts[3]).assumingMemoryBound(
            to: OutputLanes.self)
        outputBias = UnsafeMutableRawPointer(starts[4]).assumingMemoryBound(to: OutputLanes.self)
        targets = UnsafeMutableRawPointer(starts[5]).assumingMemoryBound(to: OutputLanes.self)
        rates = UnsafeMutableRawPointer(starts[6]).assumingMemoryBound(to: OutputLanes.self)
        activations = starts[7]
        nextActivations = starts[8]
        alive = starts[9]
        for output in 0..<outputs {
            targets[output][output] = rate
            rates[0][output] = rate
        }
        load(net, aliveUnits)
    }

    func deallocate() { storage.deallocate() }

    /// Calls body for every slot, spare ones too: those of W, b and V lie one after the other.
    @inline(never)
    func forEachSlot(_ body: (UnsafeMutablePointer<Lanes>) -> Void) {
        for index in 0..<((inputs + 1 + Self.mostOutputs) * vectors) {
            body(incoming + index * width)
        }
        body(UnsafeMutableRawPointer(outputBias).assumingMemoryBound(to: Lanes.self))
    }

    private func load(_ net: Perceptron, _ aliveUnits: [Bool]?) {
        outputBias[0] = OutputLanes(repeating: -1000)
        for output in 0..<outputs { outputBias[0][output] = net.outputBias[output] }
        for unit in 0..<net.shape.hidden where aliveUnits?[unit] ?? true {
            let (vector, lane) = (unit / 16, unit % 16)
            alive[vector][lane] = 1
            bias[vector * width][lane] = net.hiddenBias[unit]
            for input in 0..<inputs {
                incoming[(input * vectors + vector) * width][lane] =
                    net.hiddenWeights[unit * inputs + input]
            }
            for output in 0..<outputs {
                let weight = net.outputWeights[output * net.shape.hidden + unit]
                outgoing[(output * vectors + vector) * width][lane] = weight
                if width == 1 { outgoingByUnit[unit][output] = weight }
            }
        }
    }

    /// Reads the weights back into a net like `net`; dead units come back with all weights zero.
    func store(into net: inout Perceptron) {
        for output in 0..<outputs { net.outputBias[output] = outputBias[0][output] }
        for unit in 0..<net.shape.hidden {
            let (vector, lane) = (unit / 16, unit % 16)
            net.hiddenBias[unit] = bias[vector * width][lane]
            for input in 0..<inputs {
                net.hiddenWeights[unit * inputs + input] =
                    incoming[(input * vectors + vector) * width][lane]
            }
            for output in 0..<outputs {
                net.outputWeights[output * net.shape.hidden + unit] =
                    outgoing[(output * vectors + vector) * width][lane]
            }
        }
    }
}
