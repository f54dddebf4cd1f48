/// Everything sixteen nets need while they train side by side, in one aligned allocation.
///
/// Hidden units go in blocks of five, which divides 30, 50 and 100. A block holds its slots in the
/// order one pass reads them: biases, then outgoing weights by output, then incoming by input.
/// Whoever makes one deallocates it; a struct, so that the loop holds these addresses in registers.
struct LockstepBuffers {
    /// Hidden units to a block; spare units of the last block are dead.
    static let blockUnits = 5

    let inputs: Int
    let outputs: Int
    /// Hidden units, rounded up to whole blocks.
    let hidden: Int
    /// Vectors in a slot.
    let width: Int
    /// Vectors in a row of examples.
    let rowVectors: Int

    private let storage: UnsafeMutableRawPointer
    let blocks: UnsafeMutablePointer<Lanes>
    let activations: UnsafeMutablePointer<Lanes>
    /// 1 for a unit that exists, 0 for a dead one.
    let alive: UnsafeMutablePointer<Lanes>
    let outputBias: UnsafeMutablePointer<Lanes>
    let deltas: UnsafeMutablePointer<Lanes>
    let logits: UnsafeMutablePointer<Lanes>
    /// Inputs of the sample just seen, and of the next, one vector to an input.
    let current: UnsafeMutablePointer<Lanes>
    let next: UnsafeMutablePointer<Lanes>
    let scratch: UnsafeMutablePointer<Lanes>

    init(shape: Shape, width: Int, rowVectors: Int) {
        inputs = shape.inputs
        outputs = shape.outputs
        self.width = width
        self.rowVectors = rowVectors
        let unit = Self.blockUnits
        hidden = (shape.hidden + unit - 1) / unit * unit
        let sizes = [
            hidden * (1 + shape.inputs + shape.outputs) * width, hidden, hidden,
            shape.outputs * width, shape.outputs, shape.outputs,
            rowVectors * 16, rowVectors * 16, 16,
        ]
        let total = sizes.reduce(0, +)
        storage = .allocate(byteCount: total * MemoryLayout<Lanes>.stride, alignment: 64)
        let base = storage.bindMemory(to: Lanes.self, capacity: total)
        base.initialize(repeating: Lanes(), count: total)
        var starts = [base]
        for size in sizes { starts.append(starts[starts.count - 1] + size) }
        blocks = starts[0]
        activations = starts[1]
        alive = starts[2]
        outputBias = starts[3]
        deltas = starts[4]
        logits = starts[5]
        current = starts[6]
        next = starts[7]
        scratch = starts[8]
    }

    func deallocate() { storage.deallocate() }

    /// Calls body for the slot of every weight and bias, spare units' too.
    @inline(never)
    func forEachSlot(_ body: (UnsafeMutablePointer<Lanes>) -> Void) {
        for index in 0..<(hidden * (1 + inputs + outputs)) { body(blocks + index * width) }
        for index in 0..<outputs { body(outputBias + index * width) }
    }

    /// Vectors in a block.
    var blockStride: Int { Self.blockUnits * (1 + inputs + outputs) * width }

    /// The slot of unit `unit` at `place`: 0 its bias, then its outputs, then its inputs.
    func slot(unit: Int, place: Int) -> UnsafeMutablePointer<Lanes> {
        let size = Self.blockUnits
        return blocks + unit / size * blockStride + (place * size + unit % size) * width
    }
}
