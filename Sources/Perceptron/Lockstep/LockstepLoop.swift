/// Sixteen nets in mid-training: the rule's state, and which of two buffers holds the next sample.
struct LockstepLoop<Rule: UpdateRule> {
    private var rule: Rule
    private let buffers: LockstepBuffers
    private let tables: UnsafePointer<UnsafePointer<Lanes>>
    private let batch: Int
    private var current: UnsafeMutablePointer<Lanes>
    private var next: UnsafeMutablePointer<Lanes>
    private var primed = false
    /// Samples seen so far.
    private(set) var position = 0

    init(
        rule: Rule, buffers: LockstepBuffers, tables: UnsafePointer<UnsafePointer<Lanes>>,
        batch: Int
    ) {
        self.rule = rule
        self.buffers = buffers
        self.tables = tables
        self.batch = batch
        current = buffers.current
        next = buffers.next
    }

    /// Runs `count` samples from `feed`.
    mutating func run(
        _ activation: Activation, _ feed: LockstepFeed, count: Int
    ) {
        feed.rows.withUnsafeBufferPointer { rows in
            feed.scales.withUnsafeBufferPointer { scales in
                feed.active.withUnsafeBufferPointer { active in
                    guard let rows = rows.baseAddress, let scales = scales.baseAddress,
                        let active = active.baseAddress
                    else { return }
                    let advance = feed.scales.count == 1 ? 0 : 1
                    run(activation, rows, scales, active, advance, count)
                }
            }
        }
    }

    /// The paper's net (10 inputs, 7 outputs, sigmoid, batch 1) gets a loop of its own, unrolled;
    /// any other size runs through the general one.
    private mutating func run(
        _ activation: Activation, _ rows: UnsafePointer<UInt32>, _ scales: UnsafePointer<Lanes>,
        _ active: UnsafePointer<Lanes>, _ advance: Int, _ count: Int
    ) {
        if !primed { prime(activation, rows) }
        let isPapers =
            Rule.isUnrolled && activation == .sigmoid && buffers.inputs == 10
            && buffers.outputs == 7
        var t = 0
        while t < count {
            position &+= 1
            let scale = scales[t &* advance]
            rule.begin(
                active: active[t &* advance], closing: batch == 1 || position % batch == 0)
            if rule.isDue { buffers.forEachSlot(rule.settle) }
            if isPapers {
                papersSample(rows + (t &+ 1), scale)
            } else {
                generalSample(activation, rows + (t &+ 1), scale)
            }
            (current, next) = (next, current)
            t &+= 1
        }
    }

    @inline(always)
    private func papersSample(_ rows: UnsafePointer<UInt32>, _ scale: Lanes) {
        closeSample(10, 7, rule, buffers, current: current, scale: scale)
        gather(
            rows, rowStride: LockstepFeed.chunk &+ 1, tables, vectors: 1, into: next,
            scratch: buffers.scratch)
        unrolledPass(10, 7, rule, .sigmoid, buffers, current: current, next: next)
    }

    @inline(never)
    private func generalSample(
        _ activation: Activation, _ rows: UnsafePointer<UInt32>, _ scale: Lanes
    ) {
        closeSample(
            buffers.inputs, buffers.outputs, rule, buffers, current: current, scale: scale)
        gather(
            rows, rowStride: LockstepFeed.chunk &+ 1, tables, vectors: buffers.rowVectors,
            into: next, scratch: buffers.scratch)
        generalPass(rule, activation, buffers, current: current, next: next)
    }

    /// Takes the first sample forward: a pass whose errors are all zero moves nothing.
    private mutating func prime(_ activation: Activation, _ rows: UnsafePointer<UInt32>) {
        gather(
            rows, rowStride: LockstepFeed.chunk &+ 1, tables, vectors: buffers.rowVectors,
            into: next, scratch: buffers.scratch)
        buffers.forEachSlot(rule.settle)
        for k in 0..<buffers.outputs { buffers.logits[k] = buffers.outputBias[k &* Rule.width] }
        generalPass(rule, activation, buffers, current: current, next: next)
        (current, next) = (next, current)
        primed = true
    }
}
