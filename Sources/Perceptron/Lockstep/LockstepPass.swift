/// The inner loop: one pass over the hidden units finishes a sample and begins the next.
///
/// For each block of five units: carry the last sample's error back through the outgoing weights,
/// move all the block's weights, take the next sample forward, and add the block's share to the
/// logits. Each weight is read and written once a sample.
@inline(always)
func unrolledPass<Rule: UpdateRule>(
    _ inputs: Int, _ outputs: Int, _ rule: Rule, _ activation: Activation,
    _ buffers: LockstepBuffers, current: UnsafePointer<Lanes>, next: UnsafePointer<Lanes>
) {
    let stride = LockstepBuffers.blockUnits &* (1 &+ inputs &+ outputs) &* Rule.width
    var block = buffers.blocks
    var unit = 0
    while unit < buffers.hidden {
        blockPass(
            inputs, outputs, rule, activation, block, buffers.activations + unit,
            buffers.alive + unit, buffers.deltas, buffers.logits, current, next)
        block += stride
        unit &+= LockstepBuffers.blockUnits
    }
}

/// The same pass for any size, compiled once for each rule.
@inline(never)
func generalPass<Rule: UpdateRule>(
    _ rule: Rule, _ activation: Activation, _ buffers: LockstepBuffers,
    current: UnsafePointer<Lanes>, next: UnsafePointer<Lanes>
) {
    unrolledPass(
        buffers.inputs, buffers.outputs, rule, activation, buffers, current: current, next: next)
}

/// One block of five units; the five are written out so that each stays in its own register.
@inline(always)
private func blockPass<Rule: UpdateRule>(
    _ inputs: Int, _ outputs: Int, _ rule: Rule, _ activation: Activation,
    _ block: UnsafeMutablePointer<Lanes>, _ h: UnsafeMutablePointer<Lanes>,
    _ alive: UnsafePointer<Lanes>, _ deltas: UnsafePointer<Lanes>,
    _ logits: UnsafeMutablePointer<Lanes>, _ x: UnsafePointer<Lanes>, _ y: UnsafePointer<Lanes>
) {
    let width = Rule.width
    let outgoing = block + 5 &* width
    var slot = outgoing
    let one = Lanes(repeating: 1)

    // Error at each unit, through the weights as they were; then those weights move.
    let h0 = h[0], h1 = h[1], h2 = h[2], h3 = h[3], h4 = h[4]
    var d0 = Lanes(), d1 = Lanes(), d2 = Lanes(), d3 = Lanes(), d4 = Lanes()
    var k = 0
    while k < outputs {
        let delta = deltas[k]
        d0 = fma(delta, slot[0], d0)
        d1 = fma(delta, slot[width], d1)
        d2 = fma(delta, slot[2 &* width], d2)
        d3 = fma(delta, slot[3 &* width], d3)
        d4 = fma(delta, slot[4 &* width], d4)
        _ = rule.step(slot, delta, h0)
        _ = rule.step(slot + width, delta, h1)
        _ = rule.step(slot + 2 &* width, delta, h2)
        _ = rule.step(slot + 3 &* width, delta, h3)
        _ = rule.step(slot + 4 &* width, delta, h4)
        slot += 5 &* width
        k &+= 1
    }
    d0 *= activation.slope(h0)
    d1 *= activation.slope(h1)
    d2 *= activation.slope(h2)
    d3 *= activation.slope(h3)
    d4 *= activation.slope(h4)

    // Incoming weights move and at once weigh the next sample.
    var z0 = rule.step(block, d0, one)
    var z1 = rule.step(block + width, d1, one)
    var z2 = rule.step(block + 2 &* width, d2, one)
    var z3 = rule.step(block + 3 &* width, d3, one)
    var z4 = rule.step(block + 4 &* width, d4, one)
    var i = 0
    while i < inputs {
        let before = x[i], after = y[i]
        z0 = fma(rule.step(slot, d0, before), after, z0)
        z1 = fma(rule.step(slot + width, d1, before), after, z1)
        z2 = fma(rule.step(slot + 2 &* width, d2, before), after, z2)
        z3 = fma(rule.step(slot + 3 &* width, d3, before), after, z3)
        z4 = fma(rule.step(slot + 4 &* width, d4, before), after, z4)
        slot += 5 &* width
        i &+= 1
    }
    z0 = activation.value(z0) * alive[0]
    z1 = activation.value(z1) * alive[1]
    z2 = activation.value(z2) * alive[2]
    z3 = activation.value(z3) * alive[3]
    z4 = activation.value(z4) * alive[4]
    h[0] = z0
    h[1] = z1
    h[2] = z2
    h[3] = z3
    h[4] = z4

    slot = outgoing
    k = 0
    while k < outputs {
        var logit = fma(slot[0], z0, logits[k])
        logit = fma(slot[width], z1, logit)
        logit = fma(slot[2 &* width], z2, logit)
        logit = fma(slot[3 &* width], z3, logit)
        logits[k] = fma(slot[4 &* width], z4, logit)
        slot += 5 &* width
        k &+= 1
    }
}
