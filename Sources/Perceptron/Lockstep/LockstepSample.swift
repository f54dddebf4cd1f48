/// Softmax and cross-entropy of the sample whose logits are ready: leaves
/// delta_k = scale (y_k - p_k) in `deltas`, moves the output biases, and starts the next logits.
@inline(always)
func closeSample<Rule: UpdateRule>(
    _ inputs: Int, _ outputs: Int, _ rule: Rule, _ buffers: LockstepBuffers,
    current: UnsafePointer<Lanes>, scale: Lanes
) {
    let logits = buffers.logits, deltas = buffers.deltas
    var top = logits[0]
    var k = 1
    while k < outputs {
        top = larger(top, logits[k])
        k &+= 1
    }
    var sum = Lanes()
    k = 0
    while k < outputs {
        let share = exponential(logits[k] - top)
        deltas[k] = share
        sum += share
        k &+= 1
    }
    let labels = current[inputs]
    let each = scale / sum
    k = 0
    while k < outputs {
        let target = scale.replacing(with: Lanes(), where: labels .!= Lanes(repeating: Float(k)))
        let delta = target - deltas[k] * each
        deltas[k] = delta
        logits[k] = rule.step(
            buffers.outputBias + k &* Rule.width, delta, Lanes(repeating: 1))
        k &+= 1
    }
}

/// Brings one row of each net into `target`, turned so that each vector holds one input of all
/// sixteen. The class follows the last input.
@inline(never)
func gather(
    _ rows: UnsafePointer<UInt32>, rowStride: Int, _ tables: UnsafePointer<UnsafePointer<Lanes>>,
    vectors: Int, into target: UnsafeMutablePointer<Lanes>, scratch: UnsafeMutablePointer<Lanes>
) {
    var part = 0
    while part < vectors {
        let block = target + part &* 16
        var lane = 0
        while lane < 16 {
            let row = Int(rows[lane &* rowStride])
            block[lane] = tables[lane][row &* vectors &+ part]
            lane &+= 1
        }
        // Four perfect shuffles of sixteen rows of sixteen are a transposition.
        interleave(block, scratch)
        interleave(scratch, block)
        interleave(block, scratch)
        interleave(scratch, block)
        part &+= 1
    }
}

/// Zips row i with row i + 8, for i in 0..<8.
@inline(always)
private func interleave(
    _ source: UnsafePointer<Lanes>, _ target: UnsafeMutablePointer<Lanes>
) {
    var i = 0
    while i < 8 {
        let a = source[i], b = source[i &+ 8]
        var low = Lanes(), high = Lanes()
        low.evenHalf = a.lowHalf
        low.oddHalf = b.lowHalf
        high.evenHalf = a.highHalf
        high.oddHalf = b.highHalf
        target[2 &* i] = low
        target[2 &* i &+ 1] = high
        i &+= 1
    }
}
