/// How one weight, in sixteen nets at once, answers to its gradient.
///
/// A *slot* is the weight's vector followed by what the rule remembers of it. `delta * input` is
/// minus the gradient, already times the learning rate where the rule is linear in it.
protocol UpdateRule {
    /// Vectors in a slot.
    static var width: Int { get }
    /// Whether the rule gets a training loop unrolled for the paper's net: not where that would be longer than a
    /// processor's cache of instructions.
    static var isUnrolled: Bool { get }
    /// Prepares for the next sample; `closing` says that it ends its batch. Finished nets have 0 in
    /// `active`, running ones 1.
    mutating func begin(active: Lanes, closing: Bool)
    /// Moves the weight in `slot` and returns it.
    func step(_ slot: UnsafeMutablePointer<Lanes>, _ delta: Lanes, _ input: Lanes) -> Lanes
}

/// w += delta input.
struct PlainRule: UpdateRule {
    static var width: Int { 1 }
    static var isUnrolled: Bool { true }
    @inline(always) mutating func begin(active: Lanes, closing: Bool) {}
    @inline(always)
    func step(_ slot: UnsafeMutablePointer<Lanes>, _ delta: Lanes, _ input: Lanes) -> Lanes {
        let weight = fma(delta, input, slot[0])
        slot[0] = weight
        return weight
    }
}

/// v = momentum v + delta input; w += v.
struct MomentumRule: UpdateRule {
    static var width: Int { 2 }
    static var isUnrolled: Bool { false }
    let momentum: Lanes
    private var active = Lanes(repeating: 1)

    init(momentum: Double) { self.momentum = Lanes(repeating: Float(momentum)) }

    @inline(always) mutating func begin(active: Lanes, closing: Bool) { self.active = active }
    @inline(always)
    func step(_ slot: UnsafeMutablePointer<Lanes>, _ delta: Lanes, _ input: Lanes) -> Lanes {
        let velocity = fma(momentum, slot[1], delta * input)
        let weight = fma(active, velocity, slot[0])
        slot[1] = velocity
        slot[0] = weight
        return weight
    }
}

/// Adam with both moments kept undivided: M = beta1 M + g, S = beta2 S + g^2.
///
/// PyTorch's step, rate m^ / (sqrt(v^) + epsilon), is then a M / (sqrt(S) + e), where
/// c = sqrt((1 - beta2) / (1 - beta2^t)), a = rate (1 - beta1) / (1 - beta1^t) / c, e = epsilon / c.
struct AdamRule: UpdateRule {
    static var width: Int { 3 }
    static var isUnrolled: Bool { false }
    private let rate: Double, beta1: Double, beta2: Double, epsilon: Double
    private let decay1: Lanes, decay2: Lanes
    private var power1 = 1.0, power2 = 1.0
    /// 2 a and 2 e.
    private var scale = Lanes(), floor = Lanes(repeating: 1)

    init(rate: Double, beta1: Double, beta2: Double, epsilon: Double) {
        self.rate = rate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        decay1 = Lanes(repeating: Float(beta1))
        decay2 = Lanes(repeating: Float(beta2))
    }

    @inline(always) mutating func begin(active: Lanes, closing: Bool) {
        power1 *= beta1
        power2 *= beta2
        let root = ((1 - beta2) / (1 - power2)).squareRoot()
        scale = active * Float(2 * rate * (1 - beta1) / (1 - power1) / root)
        floor = Lanes(repeating: Float(2 * epsilon / root))
    }

    /// S grows by the smallest normal number, too: nothing beside e, and it keeps the guess of its root finite.
    @inline(always)
    func step(_ slot: UnsafeMutablePointer<Lanes>, _ delta: Lanes, _ input: Lanes) -> Lanes {
        let gradient = delta * input
        let first = fma(decay1, slot[1], gradient)
        let kept = fma(decay2, slot[2], Lanes(repeating: .leastNormalMagnitude))
        let second = fma(gradient, gradient, kept)
        let weight = addingQuotient(slot[0], scale * first, root: second, plus: floor)
        slot[1] = first
        slot[2] = second
        slot[0] = weight
        return weight
    }
}

/// Sums the gradients of a batch and hands the sum to `base` at the sample that closes it.
struct BatchRule<Base: UpdateRule>: UpdateRule {
    static var width: Int { Base.width + 1 }
    static var isUnrolled: Bool { false }
    private var base: Base
    private var closing = false

    init(_ base: Base) { self.base = base }

    @inline(always) mutating func begin(active: Lanes, closing: Bool) {
        self.closing = closing
        if closing { base.begin(active: active, closing: true) }
    }

    @inline(always)
    func step(_ slot: UnsafeMutablePointer<Lanes>, _ delta: Lanes, _ input: Lanes) -> Lanes {
        let sum = fma(delta, input, slot[Base.width])
        guard closing else {
            slot[Base.width] = sum
            return slot[0]
        }
        slot[Base.width] = Lanes()
        return base.step(slot, sum, Lanes(repeating: 1))
    }
}
