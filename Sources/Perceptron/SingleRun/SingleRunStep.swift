/// One sample of one net by plain gradient descent, arranged so that as little as possible waits.
///
/// A step is short of independent work, not of arithmetic, so what can be done early is:
/// - z of the next sample is previewed with the weights as they stand, W y + b; once the error d is
///   known, the moved weights give z = W y + b + d (x.y + 1), one multiply-add;
/// - the error is carried back through e^logit before the softmax's sum is known:
///   d = (V_label - sum_k e_k V_k / sum_k e_k) f'(h).
@inline(always)
func singleRunStep(
    _ inputs: Int, _ outputs: Int, _ vectors: Int, _ net: SingleRunNet, _ activation: Activation,
    h: UnsafePointer<Lanes>, next: UnsafeMutablePointer<Lanes>, x: UnsafePointer<Float>,
    y: UnsafePointer<Float>, rate: Float
) {
    preview(inputs, vectors, 1, net, y, into: next)
    let overlap = 1 + dot(x, y, inputs)
    let label = Int(x[inputs])
    let shares = shares(logits(16 &* vectors, net, h))
    let inverse = 1 / total(shares)

    var v = 0
    while v < vectors {
        let carried = carryBack(outputs, vectors, v, 1, net, shares)
        let slope = rate * activation.slope(h[v])
        let delta = (net.outgoing[label &* vectors &+ v] - inverse * carried) * slope
        let z = fma(delta, Lanes(repeating: overlap), next[v])
        next[v] = activation.value(z) * net.alive[v]

        net.bias[v] += delta
        var i = 0
        while i < inputs {
            let place = i &* vectors &+ v
            net.incoming[place] = fma(delta, Lanes(repeating: x[i]), net.incoming[place])
            i &+= 1
        }
        v &+= 1
    }
    moveOutputs(outputs, vectors, net, h, shares, inverse, label)
}

/// V and c by the error at the outputs.
@inline(always)
private func moveOutputs(
    _ outputs: Int, _ vectors: Int, _ net: SingleRunNet, _ h: UnsafePointer<Lanes>,
    _ shares: OutputLanes, _ inverse: Float, _ label: Int
) {
    let deltas = net.targets[label] - shares * (net.rates[0] * inverse)
    net.outputBias[0] += deltas
    let each = UnsafeRawPointer(h).assumingMemoryBound(to: Float.self)
    var j = 0
    while j < 16 &* vectors {
        net.outgoingByUnit[j] = fma(deltas, each[j], net.outgoingByUnit[j])
        j &+= 1
    }
    var k = 0
    while k < outputs {
        let delta = Lanes(repeating: deltas[k])
        var v = 0
        while v < vectors {
            let place = k &* vectors &+ v
            net.outgoing[place] = fma(delta, h[v], net.outgoing[place])
            v &+= 1
        }
        k &+= 1
    }
}
