/// Eight outputs side by side: half of a `Lanes`.
typealias OutputLanes = SIMD8<Float>

/// V h + c, one multiply-add to a hidden unit, on eight chains so that they do not wait in line.
@inline(always)
func logits(
    _ units: Int, _ net: SingleRunNet, _ activations: UnsafePointer<Lanes>
) -> OutputLanes {
    let weights = net.outgoingByUnit
    let h = UnsafeRawPointer(activations).assumingMemoryBound(to: Float.self)
    var s0 = net.outputBias[0], s1 = OutputLanes(), s2 = s1, s3 = s1, s4 = s1, s5 = s1
    var s6 = s1, s7 = s1
    var j = 0
    while j < units {
        s0 = fma(weights[j], h[j], s0)
        s1 = fma(weights[j &+ 1], h[j &+ 1], s1)
        s2 = fma(weights[j &+ 2], h[j &+ 2], s2)
        s3 = fma(weights[j &+ 3], h[j &+ 3], s3)
        s4 = fma(weights[j &+ 4], h[j &+ 4], s4)
        s5 = fma(weights[j &+ 5], h[j &+ 5], s5)
        s6 = fma(weights[j &+ 6], h[j &+ 6], s6)
        s7 = fma(weights[j &+ 7], h[j &+ 7], s7)
        j &+= 8
    }
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7))
}

/// W y + b with the weights as they stand.
@inline(always)
func preview(
    _ inputs: Int, _ vectors: Int, _ width: Int, _ net: SingleRunNet, _ y: UnsafePointer<Float>,
    into z: UnsafeMutablePointer<Lanes>
) {
    var v = 0
    while v < vectors {
        var even = net.bias[v &* width], odd = Lanes()
        var i = 0
        while i < inputs {
            let weights = net.incoming[(i &* vectors &+ v) &* width]
            if i & 1 == 0 {
                even = fma(weights, Lanes(repeating: y[i]), even)
            } else {
                odd = fma(weights, Lanes(repeating: y[i]), odd)
            }
            i &+= 1
        }
        z[v] = even + odd
        v &+= 1
    }
}

/// sum_k e_k V_k of the errors e for vector `v` of the hidden units, on two chains.
@inline(always)
func carryBack(
    _ outputs: Int, _ vectors: Int, _ v: Int, _ width: Int, _ net: SingleRunNet,
    _ errors: OutputLanes
) -> Lanes {
    var even = Lanes(), odd = Lanes()
    var k = 0
    while k < outputs {
        let weights = net.outgoing[(k &* vectors &+ v) &* width]
        if k & 1 == 0 {
            even = fma(Lanes(repeating: errors[k]), weights, even)
        } else {
            odd = fma(Lanes(repeating: errors[k]), weights, odd)
        }
        k &+= 1
    }
    return even + odd
}

/// `a * b + c` with one number for all lanes of b.
@inline(always)
func fma(_ a: OutputLanes, _ b: Float, _ c: OutputLanes) -> OutputLanes {
    c.addingProduct(a, OutputLanes(repeating: b))
}

/// The sum of eight lanes.
@inline(always)
func total(_ lanes: OutputLanes) -> Float {
    let four = lanes.lowHalf + lanes.highHalf
    let two = four.lowHalf + four.highHalf
    return two[0] + two[1]
}

/// e^logit for the softmax. Logits go in as they are unless one is beyond 60; then the largest is
/// subtracted first, which leaves the softmax the same.
@inline(always)
func shares(_ logits: OutputLanes) -> OutputLanes {
    var safe = logits
    if any(logits .> OutputLanes(repeating: 60)) {
        safe = logits - OutputLanes(repeating: logits.max())
    }
    return exponential(Lanes(lowHalf: safe, highHalf: safe)).lowHalf
}

/// x . y over `count` numbers.
@inline(always)
func dot(_ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ count: Int) -> Float {
    var even: Float = 0, odd: Float = 0
    var i = 0
    while i < count {
        if i & 1 == 0 {
            even.addProduct(x[i], y[i])
        } else {
            odd.addProduct(x[i], y[i])
        }
        i &+= 1
    }
    return even + odd
}
