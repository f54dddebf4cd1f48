import CKernels
import Comparing
import Foundation
import Testing

/// Every kernel of every instruction set that this processor runs, against plain loops in float64.
@Suite struct KernelTests {
    static let names: [String] = ["avx512", "avx2", "plain"].filter {
        wk_kernels_named($0) != nil
    }

    /// Batch, height, width, channels in and out, kernel, stride, padding: the shapes that oneDNN
    /// gets wrong on AVX2, odd channels, first layers, single pixels, kernels that reach over the
    /// picture, and each way that a convolution can take.
    static let shapes: [wk_conv] = [
        shape(4, 8, 8, 4, 8, 1, 2, 0), shape(3, 7, 5, 1, 3, 1, 2, 0),
        shape(2, 9, 9, 3, 16, 7, 2, 3), shape(17, 1, 1, 33, 17, 1, 1, 0),
        shape(16, 2, 2, 64, 64, 3, 1, 1), shape(2, 1, 1, 5, 7, 7, 1, 3),
        shape(5, 3, 3, 37, 130, 3, 2, 1), shape(2, 11, 6, 12, 9, 5, 2, 2),
        shape(1, 11, 13, 32, 32, 3, 1, 1), shape(2, 10, 10, 64, 32, 3, 1, 1),
        shape(1, 5, 5, 128, 128, 3, 1, 1), shape(2, 4, 4, 128, 256, 3, 2, 1),
        shape(3, 2, 2, 256, 128, 3, 1, 1), shape(5, 3, 3, 128, 256, 3, 2, 1),
        // 2x2 pixels, all panels whole.
        shape(7, 2, 2, 256, 160, 3, 1, 1),
        // Cut networks' widths, which fill no panel, or end within a vector.
        shape(2, 9, 9, 24, 40, 3, 1, 1), shape(1, 12, 7, 48, 48, 3, 1, 1),
        shape(3, 8, 8, 17, 35, 3, 1, 0), shape(1, 7, 7, 184, 168, 3, 1, 1),
        shape(2, 4, 4, 150, 131, 3, 1, 1), shape(9, 2, 2, 136, 144, 3, 1, 1),
        shape(2, 10, 10, 24, 24, 3, 1, 1, depthwise: true),
        shape(3, 9, 7, 13, 13, 5, 2, 2, depthwise: true),
    ]

    @Test(arguments: names, 0..<shapes.count)
    func allDirectionsAreThoseOfFloat64(name: String, index: Int) throws {
        let kernels = try #require(wk_kernels_named(name))
        var problem = Problem(Self.shapes[index])
        for direction in 0..<3 {
            let exact = problem.exact(direction)
            let scale = exact.map(abs).max() ?? 1
            for method: Int32 in 0...4 {
                problem.shape.method = method
                let found = problem.run(kernels, direction, pieces: 1)
                let worst = largestDifference(found, exact)
                let text = try #require(
                    kernels.pointee.method(&problem.shape, Int32(direction)))
                let way = String(cString: text)
                #expect(
                    worst <= 2e-5 * scale, "\(way), direction \(direction): \(worst / scale)")
            }
        }
    }

    /// The gradient of the input, added to what is there, whatever the way.
    @Test(arguments: names, 0..<shapes.count)
    func theInputsGradientAddsToWhatIsThere(name: String, index: Int) throws {
        let kernels = try #require(wk_kernels_named(name))
        var problem = Problem(Self.shapes[index])
        let exact = zip(problem.exact(1), problem.x).map { $0 + Double($1) }
        let scale = exact.map(abs).max() ?? 1
        for method: Int32 in 0...4 {
            problem.shape.method = method
            for pieces: Int32 in [1, 2] {
                let found = problem.added(kernels, pieces: pieces)
                let worst = largestDifference(found, exact)
                #expect(worst <= 2e-5 * scale, "method \(method): \(worst / scale)")
            }
        }
    }

    /// Frozen weights, a bias, a residual and limits, whatever the way; NaN comes through.
    @Test(arguments: names, 0..<shapes.count)
    func frozenForwardIsThatOfFloat64(name: String, index: Int) throws {
        let kernels = try #require(wk_kernels_named(name))
        var problem = Problem(Self.shapes[index])
        let (exact, limits, scale) = problem.ended()
        for method: Int32 in 0...4 {
            problem.shape.method = method
            for pieces: Int32 in [1, 2] {
                let found = problem.frozen(kernels, limits, pieces: pieces)
                let worst = largestDifference(found, exact)
                #expect(worst <= 2e-5 * scale, "method \(method): \(worst / scale)")
                var broken = problem
                broken.endings.residual[broken.dy.count - 1] = .nan
                let last = broken.frozen(kernels, limits, pieces: pieces).last
                #expect(last?.isNaN == true)
            }
        }
    }

    /// A bias, a residual and limits where weights still change.
    @Test(arguments: names, 0..<shapes.count)
    func endingsAreThoseOfFloat64(name: String, index: Int) throws {
        let kernels = try #require(wk_kernels_named(name))
        let problem = Problem(Self.shapes[index])
        let (exact, limits, scale) = problem.ended()
        let found = problem.withEnding(limits) {
            problem.run(kernels, 0, pieces: 2, ending: $0)
        }
        let worst = largestDifference(found, exact)
        #expect(worst <= 2e-5 * scale, "\(worst / scale)")
    }

    /// Each way is taken by some shape: an unknown name is a way without a test.
    @Test(arguments: names) func everyWayIsTaken(name: String) throws {
        let kernels = try #require(wk_kernels_named(name))
        var ways: Set<String> = []
        for var shape in Self.shapes {
            for method: Int32 in 0...4 {
                shape.method = method
                for direction: Int32 in 0..<3 {
                    guard let way = kernels.pointee.method(&shape, direction) else { continue }
                    ways.insert(String(cString: way))
                }
            }
        }
        #expect(
            ways == [
                "depthwise", "direct", "dots", "pairs", "scatter", "winograd2", "winograd3",
                "winograd4",
            ])
    }

    /// Weights of which most are zero, over pictures that lie as planes.
    @Test(arguments: names, 0..<shapes.count)
    func sparseForwardIsThatOfFloat64(name: String, index: Int) throws {
        let kernels = try #require(wk_kernels_named(name))
        var problem = Problem(Self.shapes[index])
        guard !problem.shape.depthwise else { return }
        for place in problem.w.indices where place % 7 != 0 { problem.w[place] = 0 }
        let (exact, limits, scale) = problem.ended()
        for pieces: Int32 in [1, 2] {
            let found = problem.sparse(kernels, limits, pieces: pieces)
            let worst = largestDifference(found, exact)
            #expect(worst <= 2e-5 * scale, "\(worst / scale)")
            var broken = problem
            broken.endings.residual[broken.dy.count - 1] = .nan
            #expect(broken.sparse(kernels, limits, pieces: pieces).last?.isNaN == true)
        }
    }

    /// Zeros pay from some share of them on: never without any, and at nine of ten in large layers.
    @Test(arguments: names) func zerosDecideTheWay(name: String) throws {
        let kernels = try #require(wk_kernels_named(name))
        for width: Int64 in [64, 256] {
            var shape = Self.shape(1, 28, 28, width, width, 3, 1, 1)
            (shape.frozen, shape.nonzeros) = (true, 9 * width * width)
            #expect(!kernels.pointee.takes_sparse(&shape))
            shape.nonzeros /= 20
            #expect(kernels.pointee.takes_sparse(&shape))
            // Offsets within a picture are 32-bit numbers.
            (shape.height, shape.width) = (6000, 6000)
            #expect(!kernels.pointee.takes_sparse(&shape))
            (shape.height, shape.width, shape.frozen) = (28, 28, false)
            #expect(!kernels.pointee.takes_sparse(&shape))
        }
    }

    /// Also what two and three pieces make of it: near the same, and bitwise the same whichever comes first: of pieces one
    /// after the other the first takes nearly all, at once they take from each other.
    @Test(arguments: names, 0..<shapes.count)
    func piecesAgreeAndRepeat(name: String, index: Int) throws {
        let kernels = try #require(wk_kernels_named(name))
        var problem = Problem(Self.shapes[index])
        for direction in 0..<3 {
            let one = problem.run(kernels, direction, pieces: 1)
            let scale = one.map(abs).max() ?? 1
            for pieces: Int32 in [2, 3] {
                problem.order = .forwards
                let several = problem.run(kernels, direction, pieces: pieces)
                #expect(zip(one, several).allSatisfy { abs($0 - $1) <= 1e-5 * scale })
                for order in [Problem.Order.backwards, .atOnce] {
                    problem.order = order
                    let again = problem.run(kernels, direction, pieces: pieces)
                    #expect(memcmp(again, several, 4 * several.count) == 0, "\(order)")
                }
            }
        }
    }

    /// Steps taken where the gradient is made are those of the gradient and SGD in turn, to the bit.
    @Test(arguments: names, [false, true])
    func aStepInTheGradientIsThatAfterIt(name: String, masked: Bool) throws {
        let kernels = try #require(wk_kernels_named(name))
        var taken = 0
        for shape in Self.shapes + [Self.shape(2, 7, 7, 128, 160, 3, 1, 1)] {
            var problem = Problem(shape)
            guard kernels.pointee.descends(&problem.shape) else { continue }
            taken += 1
            for momentum: Float in [0, 0.9] {
                for pieces: Int32 in [1, 2] {
                    let (one, two) = problem.steps(kernels, momentum, masked, pieces)
                    let differing = zip(one.joined(), two.joined()).count { $0 != $1 }
                    #expect(differing == 0, "\(shape), momentum \(momentum), pieces \(pieces)")
                }
            }
        }
        #expect(taken >= 3)
    }

    private static func shape(
        _ batch: Int64, _ height: Int64, _ width: Int64, _ inputs: Int64, _ outputs: Int64,
        _ kernel: Int64, _ stride: Int64, _ padding: Int64, depthwise: Bool = false
    ) -> wk_conv {
        wk_conv(
            batch: batch, height: height, width: width, in: inputs, out: outputs, kernel: kernel,
            stride: stride, padding: padding, method: 0, depthwise: depthwise, frozen: false,
            nonzeros: 0)
    }
}

/// A convolution with drawn values, in channels-last order.
private struct Problem {
    var shape: wk_conv
    let x: [Float]
    var w: [Float]
    let dy: [Float]
    var endings: (bias: [Float], residual: [Float])
    let outHeight: Int
    let outWidth: Int
    var order = Order.forwards

    init(_ shape: wk_conv) {
        self.shape = shape
        let reach = { (size: Int64) in
            Int((size + 2 * shape.padding - shape.kernel) / shape.stride + 1)
        }
        (outHeight, outWidth) = (reach(shape.height), reach(shape.width))
        var state: UInt32 = 7
        func drawn(_ count: Int) -> [Float] {
            (0..<count).map { _ in
                state = state &* 1_664_525 &+ 1_013_904_223
                return Float(state >> 8) * 0x1p-23 - 1
            }
        }
        let deep = shape.depthwise ? 1 : Int(shape.in)
        x = drawn(Int(shape.batch * shape.height * shape.width * shape.in))
        w = drawn(Int(shape.out * shape.kernel * shape.kernel) * deep)
        dy = drawn(Int(shape.batch) * outHeight * outWidth * Int(shape.out))
        endings = (drawn(Int(shape.out)), drawn(dy.count))
    }

    /// The forward direction with frozen weights and its ending.
    func frozen(
        _ kernels: UnsafePointer<wk_kernels>, _ limits: ClosedRange<Float>, pieces: Int32
    ) -> [Float] {
        var frozen = self
        frozen.shape.frozen = true
        frozen.w = w
        if kernels.pointee.packing(&frozen.shape) != 0 {
            frozen.w = [Float](repeating: .nan, count: Int(kernels.pointee.packed(&frozen.shape)))
            kernels.pointee.pack(&frozen.shape, w, &frozen.w)
        }
        return frozen.withEnding(limits) { frozen.run(kernels, 0, pieces: pieces, ending: $0) }
    }

    func withEnding<Result>(
        _ limits: ClosedRange<Float>, _ body: (UnsafePointer<wk_ending>) -> Result
    ) -> Result {
        endings.bias.withUnsafeBufferPointer { bias in
            endings.residual.withUnsafeBufferPointer { residual in
                var ending = wk_ending(
                    bias: bias.baseAddress, residual: residual.baseAddress, low: limits.lowerBound,
                    high: limits.upperBound)
                return body(&ending)
            }
        }
    }

    /// `frozen` over planes; in and out in channels-last order all the same.
    func sparse(
        _ kernels: UnsafePointer<wk_kernels>, _ limits: ClosedRange<Float>, pieces: Int32
    ) -> [Float] {
        var own = self
        own.shape.frozen = true
        own.shape.nonzeros = Int64(w.count { $0 != 0 })
        var packed = [Float](
            repeating: .nan, count: Int(kernels.pointee.sparse_packed(&own.shape)))
        kernels.pointee.sparse_pack(&own.shape, w, &packed)
        let planes = Self.planes(x, Int(shape.batch), Int(shape.in))
        own.endings.residual = Self.planes(endings.residual, Int(shape.batch), Int(shape.out))
        let floats = Int(kernels.pointee.sparse_scratch(&own.shape, pieces))
        let result = own.withEnding(limits) { ending in
            own.with(floats, pieces) { room, team in
                var result = [Float](repeating: .nan, count: dy.count)
                kernels.pointee.sparse_forward(
                    &own.shape, planes, packed, ending, &result, room, team)
                return result
            }
        }
        return Self.planes(result, Int(shape.batch), outHeight * outWidth)
    }

    /// [batch][pixels][channels] to [batch][channels][pixels], and back with the number of pixels as `channels`.
    private static func planes(_ values: [Float], _ batch: Int, _ channels: Int) -> [Float] {
        let pixels = values.count / batch / channels
        return (0..<batch).flatMap { picture in
            (0..<channels).flatMap { channel in
                (0..<pixels).map { values[(picture * pixels + $0) * channels + channel] }
            }
        }
    }

    /// How a team runs its pieces.
    enum Order { case forwards, backwards, atOnce }

    private func team(_ pieces: Int32) -> wk_team {
        switch order {
        case .forwards:
            wk_team(pieces: pieces) { count, body, state in
                for piece in 0..<count { body?(state, piece) }
            }
        case .backwards:
            wk_team(pieces: pieces) { count, body, state in
                for piece in (0..<count).reversed() { body?(state, piece) }
            }
        case .atOnce:
            wk_team(pieces: pieces) { count, body, state in
                nonisolated(unsafe) let (body, state) = (body, state)
                DispatchQueue.concurrentPerform(iterations: Int(count)) { body?(state, Int32($0)) }
            }
        }
    }

    /// With scratch full of NaN.
    private func with<Result>(
        _ floats: Int, _ pieces: Int32, _ body: (UnsafeMutablePointer<Float>, wk_team) -> Result
    ) -> Result {
        let scratch = UnsafeMutableRawPointer.allocate(byteCount: 4 * floats + 64, alignment: 64)
        defer { scratch.deallocate() }
        let room = scratch.bindMemory(to: Float.self, capacity: floats + 16)
        room.initialize(repeating: .nan, count: floats + 16)
        return body(room, team(pieces))
    }

    /// Forward, gradient of the input, gradient of the weights: 0, 1, 2.
    func run(_ kernels: UnsafePointer<wk_kernels>, _ direction: Int, pieces: Int32) -> [Float] {
        var none = wk_ending(bias: nil, residual: nil, low: -.infinity, high: .infinity)
        return run(kernels, direction, pieces: pieces, ending: &none)
    }

    func run(
        _ kernels: UnsafePointer<wk_kernels>, _ direction: Int, pieces: Int32,
        ending: UnsafePointer<wk_ending>
    ) -> [Float] {
        var shape = shape
        let floats = Int(kernels.pointee.scratch(&shape, Int32(direction), pieces))
        return with(floats, pieces) { room, team in
            var result = [Float](repeating: .nan, count: [dy.count, x.count, w.count][direction])
            switch direction {
            case 0: kernels.pointee.forward(&shape, x, w, ending, &result, room, team)
            case 1: kernels.pointee.input_gradient(&shape, dy, w, false, &result, room, team)
            default: kernels.pointee.weight_gradient(&shape, x, dy, &result, room, team)
            }
            return result
        }
    }

    /// The gradient of the input, added to x.
    func added(_ kernels: UnsafePointer<wk_kernels>, pieces: Int32) -> [Float] {
        var shape = shape
        let floats = Int(kernels.pointee.scratch(&shape, 1, pieces))
        return with(floats, pieces) { room, team in
            var result = x
            kernels.pointee.input_gradient(&shape, dy, w, true, &result, room, team)
            return result
        }
    }

    /// Weights and velocity after a step in the gradient, and after gradient and step.
    func steps(
        _ kernels: UnsafePointer<wk_kernels>, _ momentum: Float, _ masked: Bool, _ pieces: Int32
    ) -> ([[Float]], [[Float]]) {
        var shape = shape
        var step = wk_sgd(
            lr: 0.1, momentum: momentum, decay: 0.01, nesterov: masked, first: false)
        let team = wk_team(pieces: pieces) { count, body, state in
            for piece in 0..<count { body?(state, piece) }
        }
        let mask = w.indices.map { Float($0 % 3 == 0 ? 0 : 1) }
        func after(_ run: (inout wk_parameter) -> Void) -> [[Float]] {
            var (weights, velocity) = (w, w.map { 0.5 * $0 })
            weights.withUnsafeMutableBufferPointer { weights in
                velocity.withUnsafeMutableBufferPointer { velocity in
                    mask.withUnsafeBufferPointer { mask in
                        var parameter = wk_parameter(
                            weights: weights.baseAddress, gradient: nil,
                            velocity: momentum == 0 ? nil : velocity.baseAddress,
                            mask: masked ? mask.baseAddress : nil, count: Int64(w.count))
                        run(&parameter)
                    }
                }
            }
            return [weights, velocity]
        }
        let floats = Int(kernels.pointee.scratch(&shape, 2, pieces))
        let scratch = UnsafeMutableRawPointer.allocate(byteCount: 4 * floats + 64, alignment: 64)
        defer { scratch.deallocate() }
        let room = scratch.bindMemory(to: Float.self, capacity: floats + 16)
        let fused = after { kernels.pointee.descend(&shape, x, dy, &step, &$0, room, team) }
        let apart = after { parameter in
            run(kernels, 2, pieces: pieces).withUnsafeBufferPointer {
                parameter.gradient = $0.baseAddress
                kernels.pointee.sgd(&step, &parameter, 1, team)
            }
        }
        return (fused, apart)
    }

    /// The forward direction with its ending, limits of -0.3 and 0.4 of the largest sum, and that sum.
    func ended() -> (exact: [Double], limits: ClosedRange<Float>, scale: Double) {
        let sums = exact(0)
        let scale = sums.map(abs).max() ?? 1
        let limits = -0.3 * Float(scale)...0.4 * Float(scale)
        let exact = sums.enumerated().map { place, sum in
            let bias = Double(endings.bias[place % endings.bias.count])
            let whole = sum + bias + Double(endings.residual[place])
            return min(max(whole, Double(limits.lowerBound)), Double(limits.upperBound))
        }
        return (exact, limits, scale)
    }

    func exact(_ direction: Int) -> [Double] {
        var result = [Double](repeating: 0, count: [dy.count, x.count, w.count][direction])
        let (inputs, outputs, kernel) = (Int(shape.in), Int(shape.out), Int(shape.kernel))
        let (height, width) = (Int(shape.height), Int(shape.width))
        for n in 0..<Int(shape.batch) {
            for i in 0..<outHeight {
                for j in 0..<outWidth {
                    let up = ((n * outHeight + i) * outWidth + j) * outputs
                    for tap in 0..<(kernel * kernel) {
                        let y = i * Int(shape.stride) + tap / kernel - Int(shape.padding)
                        let z = j * Int(shape.stride) + tap % kernel - Int(shape.padding)
                        guard (0..<height).contains(y), (0..<width).contains(z) else { continue }
                        let from = ((n * height + y) * width + z) * inputs
                        for o in 0..<outputs {
                            for c in shape.depthwise ? o..<(o + 1) : 0..<inputs {
                                let deep = shape.depthwise ? 0 : c
                                let each = shape.depthwise ? 1 : inputs
                                let weight = (o * kernel * kernel + tap) * each + deep
                                switch direction {
                                case 0: result[up + o] += Double(x[from + c]) * Double(w[weight])
                                case 1: result[from + c] += Double(dy[up + o]) * Double(w[weight])
                                default: result[weight] += Double(dy[up + o]) * Double(x[from + c])
                                }
                            }
                        }
                    }
                }
            }
        }
        return result
    }
}
