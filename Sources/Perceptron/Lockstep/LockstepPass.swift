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

/// One vector for each unit of a block, written out so that each stays in its own register.
private struct Five {
    var a = Lanes(), b = Lanes(), c = Lanes(), d = Lanes(), e = Lanes()
}

@inline(always)
private func blockPass<Rule: UpdateRule>(
    _ inputs: Int, _ outputs: Int, _ rule: Rule, _ activation: Activation,
    _ block: UnsafeMutablePointer<Lanes>, _ h: UnsafeMutablePointer<Lanes>,
    _ alive: UnsafePointer<Lanes>, _ deltas: UnsafePointer<Lanes>,
    _ logits: UnsafeMutablePointer<Lanes>, _ x: UnsafePointer<Lanes>, _ y: UnsafePointer<Lanes>
) {
    let old = Five(a: h[0], b: h[1], c: h[2], d: h[3], e: h[4])
    let outgoing = block + 5 &* Rule.width
    var error = carryBack(outputs, rule, outgoing, deltas, old)
    error.a *= activation.slope(old.a)
    error.b *= activation.slope(old.b)
    error.c *= activation.slope(old.c)
    error.d *= activation.slope(old.d)
    error.e *= activation.slope(old.e)

    let incoming = outgoing + 5 &* Rule.width &* outputs
    var new = moveAndWeigh(inputs, rule, block, incoming, error, x, y)
    new.a = activation.value(new.a) * alive[0]
    new.b = activation.value(new.b) * alive[1]
    new.c = activation.value(new.c) * alive[2]
    new.d = activation.value(new.d) * alive[3]
    new.e = activation.value(new.e) * alive[4]
    h[0] = new.a
    h[1] = new.b
    h[2] = new.c
    h[3] = new.d
    h[4] = new.e
    addToLogits(outputs, Rule.width, outgoing, logits, new)
}

/// The error at each unit, through the outgoing weights as they were; then those weights move.
@inline(always)
private func carryBack<Rule: UpdateRule>(
    _ outputs: Int, _ rule: Rule, _ outgoing: UnsafeMutablePointer<Lanes>,
    _ deltas: UnsafePointer<Lanes>, _ h: Five
) -> Five {
    let width = Rule.width
    var error = Five()
    var slot = outgoing
    var k = 0
    while k < outputs {
        let delta = deltas[k]
        error.a = fma(delta, slot[0], error.a)
        error.b = fma(delta, slot[width], error.b)
        error.c = fma(delta, slot[2 &* width], error.c)
        error.d = fma(delta, slot[3 &* width], error.d)
        error.e = fma(delta, slot[4 &* width], error.e)
        _ = rule.step(slot, delta, h.a)
        _ = rule.step(slot + width, delta, h.b)
        _ = rule.step(slot + 2 &* width, delta, h.c)
        _ = rule.step(slot + 3 &* width, delta, h.d)
        _ = rule.step(slot + 4 &* width, delta, h.e)
        slot += 5 &* width
        k &+= 1
    }
    return error
}

/// Moves biases and incoming weights by the sample x, and returns what they make of the sample y.
@inline(always)
private func moveAndWeigh<Rule: UpdateRule>(
    _ inputs: Int, _ rule: Rule, _ biases: UnsafeMutablePointer<Lanes>,
    _ incoming: UnsafeMutablePointer<Lanes>, _ error: Five, _ x: UnsafePointer<Lanes>,
    _ y: UnsafePointer<Lanes>
) -> Five {
    let width = Rule.width
    let one = Lanes(repeating: 1)
    var z = Five(
        a: rule.step(biases, error.a, one),
        b: rule.step(biases + width, error.b, one),
        c: rule.step(biases + 2 &* width, error.c, one),
        d: rule.step(biases + 3 &* width, error.d, one),
        e: rule.step(biases + 4 &* width, error.e, one))
    var slot = incoming
    var i = 0
    while i < inputs {
        let before = x[i], after = y[i]
        z.a = fma(rule.step(slot, error.a, before), after, z.a)
        z.b = fma(rule.step(slot + width, error.b, before), after, z.b)
        z.c = fma(rule.step(slot + 2 &* width, error.c, before), after, z.c)
        z.d = fma(rule.step(slot + 3 &* width, error.d, before), after, z.d)
        z.e = fma(rule.step(slot + 4 &* width, error.e, before), after, z.e)
        slot += 5 &* width
        i &+= 1
    }
    return z
}

/// Adds the block's share to every logit.
@inline(always)
private func addToLogits(
    _ outputs: Int, _ width: Int, _ outgoing: UnsafePointer<Lanes>,
    _ logits: UnsafeMutablePointer<Lanes>, _ h: Five
) {
    var slot = outgoing
    var k = 0
    while k < outputs {
        var logit = fma(slot[0], h.a, logits[k])
        logit = fma(slot[width], h.b, logit)
        logit = fma(slot[2 &* width], h.c, logit)
        logit = fma(slot[3 &* width], h.d, logit)
        logits[k] = fma(slot[4 &* width], h.e, logit)
        slot += 5 &* width
        k &+= 1
    }
}
