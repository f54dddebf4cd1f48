/// One sample of one net by a rule that remembers (momentum, Adam).
///
/// Nothing can be previewed here: the moved weights are no linear function of the error. The incoming weights are moved
/// and weighed with the next sample in one pass, and the outgoing ones while that sample's activations are waited for.
@inline(always)
func singleRunStep<Rule: UpdateRule>(
    _ inputs: Int, _ outputs: Int, _ vectors: Int, _ rule: Rule, _ net: SingleRunNet,
    _ activation: Activation, h: UnsafePointer<Lanes>, next: UnsafeMutablePointer<Lanes>,
    x: UnsafePointer<Float>, y: UnsafePointer<Float>
) {
    let shares = shares(
        sums(outputs, vectors, Rule.width, net.outgoing, h) + net.outputBias[0])
    let inverse = 1 / total(shares)
    let label = Int(x[inputs])
    let deltas = net.targets[label] - shares * (net.rates[0] * inverse)

    var v = 0
    while v < vectors {
        let error =
            carryBack(outputs, vectors, v, Rule.width, net, deltas) * activation.slope(h[v])
        var even = rule.step(net.bias + v &* Rule.width, error, Lanes(repeating: 1)), odd = Lanes()
        var i = 0
        while i < inputs {
            let weights = rule.step(
                net.incoming + (i &* vectors &+ v) &* Rule.width, error, Lanes(repeating: x[i]))
            if i & 1 == 0 {
                even = fma(weights, Lanes(repeating: y[i]), even)
            } else {
                odd = fma(weights, Lanes(repeating: y[i]), odd)
            }
            i &+= 1
        }
        next[v] = activation.value(even + odd) * net.alive[v]
        v &+= 1
    }
    var k = 0
    while k < outputs {
        let delta = Lanes(repeating: deltas[k])
        v = 0
        while v < vectors {
            _ = rule.step(net.outgoing + (k &* vectors &+ v) &* Rule.width, delta, h[v])
            v &+= 1
        }
        k &+= 1
    }
    let bias = UnsafeMutableRawPointer(net.outputBias).assumingMemoryBound(to: Lanes.self)
    _ = rule.step(bias, Lanes(lowHalf: deltas, highHalf: OutputLanes()), Lanes(repeating: 1))
}

/// V h: products unit by unit, then eight vectors of sixteen summed pairwise in four rounds.
@inline(always)
private func sums(
    _ outputs: Int, _ vectors: Int, _ width: Int, _ outgoing: UnsafePointer<Lanes>,
    _ h: UnsafePointer<Lanes>
) -> OutputLanes {
    @inline(always) func product(_ k: Int) -> Lanes {
        guard k < outputs else { return Lanes() }
        var sum = outgoing[k &* vectors &* width] * h[0]
        var v = 1
        while v < vectors {
            sum = fma(outgoing[(k &* vectors &+ v) &* width], h[v], sum)
            v &+= 1
        }
        return sum
    }
    let low = paired(paired(product(0), product(1)), paired(product(2), product(3)))
    let high = paired(paired(product(4), product(5)), paired(product(6), product(7)))
    let four = paired(low, high)
    return four.evenHalf + four.oddHalf
}

/// The sums of `a`'s neighbours, then those of `b`'s.
@inline(always)
private func paired(_ a: Lanes, _ b: Lanes) -> Lanes {
    Lanes(lowHalf: a.evenHalf, highHalf: b.evenHalf)
        + Lanes(lowHalf: a.oddHalf, highHalf: b.oddHalf)
}
