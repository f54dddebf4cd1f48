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
    /// Whether every slot is to be settled before the sample that `begin` prepared.
    var isDue: Bool { get }
    /// Brings what the slot remembers back to its scale; once before the first sample, too.
    func settle(_ slot: UnsafeMutablePointer<Lanes>)
}

extension UpdateRule {
    @inline(always) var isDue: Bool { false }
    @inline(always) func settle(_ slot: UnsafeMutablePointer<Lanes>) {}
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

/// Adam, its moments kept so that a step only adds to them: M = sum of g_i / beta1^i, S = sum of g_i^2 / beta2^i, i
/// counted since they were last brought back to their scale, every 64 steps or so.
///
/// PyTorch's step, rate m^ / (sqrt(v^) + epsilon), is then a M / (sqrt(S) + e), where
/// c = sqrt((1 - beta2) beta2^i / (1 - beta2^t)), a = rate (1 - beta1) beta1^i / (1 - beta1^t) / c, e = epsilon / c.
struct AdamRule: UpdateRule {
    static var width: Int { 3 }
    static var isUnrolled: Bool { false }
    private let rate: Double, beta1: Double, beta2: Double, epsilon: Double
    /// Steps between settlings, by which M and S grow beyond their scale 2^20 times at most; the decay of as many.
    private let period: Int
    private let decay1: Lanes, decay2: Lanes
    private var power1 = 1.0, power2 = 1.0
    /// i, beta1^i and beta2^i.
    private var age = -1
    private var scale1 = 1.0, scale2 = 1.0
    private(set) var isDue = false
    /// 2 a and 2 e.
    private var factor = Lanes(), floor = Lanes(repeating: 1)
    private var growth1 = Lanes(), growth2 = Lanes()

    init(rate: Double, beta1: Double, beta2: Double, epsilon: Double) {
        self.rate = rate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        var (steps, left1, left2) = (1, beta1, beta2)
        while steps < 64, min(left1 * beta1, left2 * beta2) > 0x1p-20 {
            left1 *= beta1
            left2 *= beta2
            steps += 1
        }
        period = steps
        decay1 = Lanes(repeating: Float(left1))
        decay2 = Lanes(repeating: Float(left2))
    }

    @inline(always) mutating func begin(active: Lanes, closing: Bool) {
        power1 *= beta1
        power2 *= beta2
        age &+= 1
        isDue = age == period
        if isDue { age = 0 }
        scale1 = age == 0 ? 1 : scale1 * beta1
        scale2 = age == 0 ? 1 : scale2 * beta2
        let root = ((1 - beta2) * scale2 / (1 - power2)).squareRoot()
        factor = active * Float(2 * rate * (1 - beta1) * scale1 / ((1 - power1) * root))
        floor = Lanes(repeating: Float(2 * epsilon / root))
        growth1 = Lanes(repeating: Float(1 / scale1))
        growth2 = Lanes(repeating: Float(1 / scale2))
    }

    /// What depends on the unit or on the input alone is worked out once for all weights that share it.
    @inline(always)
    func step(_ slot: UnsafeMutablePointer<Lanes>, _ delta: Lanes, _ input: Lanes) -> Lanes {
        let first = fma(delta * growth1, input, slot[1])
        let second = fma(delta * delta * growth2, input * input, slot[2])
        let weight = addingQuotient(slot[0], factor * first, root: second, plus: floor)
        slot[1] = first
        slot[2] = second
        slot[0] = weight
        return weight
    }

    /// S grows by the smallest normal number, too: nothing beside e, and it keeps the guess of its root finite.
    @inline(always)
    func settle(_ slot: UnsafeMutablePointer<Lanes>) {
        slot[1] = slot[1] * decay1
        slot[2] = fma(decay2, slot[2], Lanes(repeating: .leastNormalMagnitude))
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

    @inline(always) var isDue: Bool { closing && base.isDue }
    @inline(always) func settle(_ slot: UnsafeMutablePointer<Lanes>) { base.settle(slot) }
}
