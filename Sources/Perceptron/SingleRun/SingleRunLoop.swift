/// The loop over samples, with a copy unrolled for the paper's 10-30-7.
struct SingleRunLoop<Rule: UpdateRule> {
    private var rule: Rule
    private let net: SingleRunNet
    private let examples: Examples
    private let activation: Activation
    private let rate: Float
    private var h: UnsafeMutablePointer<Lanes>
    private var next: UnsafeMutablePointer<Lanes>

    init(
        rule: Rule, net: SingleRunNet, examples: Examples, activation: Activation, rate: Float
    ) {
        self.rule = rule
        self.net = net
        self.examples = examples
        self.activation = activation
        self.rate = rate
        h = net.activations
        next = net.nextActivations
    }

    /// Takes the first sample forward.
    func prime(row: Int) {
        net.forEachSlot(rule.settle)
        let x = examples.table.values + row * examples.stride
        preview(net.inputs, net.vectors, net.width, net, x, into: h)
        for v in 0..<net.vectors { h[v] = activation.value(h[v]) * net.alive[v] }
    }

    /// Learns from `rows[0..<count]`, and takes each row's successor forward.
    mutating func run(_ rows: UnsafePointer<UInt32>, count: Int) {
        let isPapers =
            activation == .sigmoid && net.inputs == 10 && net.outputs == 7 && net.vectors == 2
        let table = UnsafePointer(examples.table.values)
        let running = Lanes(repeating: 1)
        var x = table + Int(rows[0]) &* examples.stride
        var t = 1
        while t <= count {
            let y = table + Int(rows[t]) &* examples.stride
            rule.begin(active: running, closing: true)
            if rule.isDue { net.forEachSlot(rule.settle) }
            if isPapers {
                step(10, 7, 2, .sigmoid, x, y)
            } else {
                step(net.inputs, net.outputs, net.vectors, activation, x, y)
            }
            (h, next) = (next, h)
            x = y
            t &+= 1
        }
    }

    /// Plain gradient descent has a step of its own, which waits less.
    @inline(always)
    private func step(
        _ inputs: Int, _ outputs: Int, _ vectors: Int, _ activation: Activation,
        _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>
    ) {
        if Rule.width == 1 {
            singleRunStep(
                inputs, outputs, vectors, net, activation, h: h, next: next, x: x, y: y, rate: rate)
        } else {
            singleRunStep(
                inputs, outputs, vectors, rule, net, activation, h: h, next: next, x: x, y: y)
        }
    }
}
