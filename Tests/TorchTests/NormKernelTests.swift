import CKernels
import Testing

/// The loops of batch norm, of every instruction set that this processor runs, against plain loops in float64.
@Suite struct NormKernelTests {
    static let names = KernelTests.names
    /// Whole vectors, parts of one, more channels than are added up at a time.
    static let widths = [1, 3, 16, 37, 64, 300]

    @Test(arguments: names, widths)
    func sumsAreThoseOfFloat64(name: String, channels: Int) throws {
        let norm = try #require(wk_kernels_named(name)).pointee.norm
        let p = Rows(channels, rows: 53)
        for relu in [true, false] {
            for open in [p.open, nil] where relu || open == nil {
                let (sums, gated) = p.gate(norm, relu: relu, open: open)
                var exact = [Double](repeating: 0, count: 2 * channels)
                for (place, g) in p.exactGate(relu: relu, open: open).enumerated() {
                    exact[place % channels] += g
                    exact[channels + place % channels] +=
                        g * (Double(p.x[place]) - Double(p.mean[place % channels]))
                }
                #expect(near(sums, exact, 2e-6))
                if open != nil {
                    #expect(gated == p.exactGate(relu: relu, open: open).map(Float.init))
                }
            }
        }
        var exact = [Double](repeating: 0, count: 2 * channels)
        for (place, x) in p.x.enumerated() {
            let d = Double(x) - Double(p.mean[place % channels])
            exact[place % channels] += d
            exact[channels + place % channels] += d * d
        }
        #expect(near(p.moments(norm), exact, 2e-6))
    }

    @Test(arguments: names, widths)
    func valuesAndGradientsAreThoseOfFloat64(name: String, channels: Int) throws {
        let norm = try #require(wk_kernels_named(name)).pointee.norm
        let p = Rows(channels, rows: 21)
        for relu in [true, false] {
            for residual in [p.dy, nil] {
                let exact = p.x.indices.map { place in
                    let v = p.normed(place) + Double(residual?[place] ?? 0)
                    return relu ? max(v, 0) : v
                }
                #expect(near(p.apply(norm, relu: relu, residual).map(Double.init), exact, 1e-6))
            }
            for gated in [true, false] {
                let g = p.exactGate(relu: relu && !gated, open: nil)
                let exact = p.x.indices.map { place in
                    let c = place % channels
                    return g[place] * Double(p.scale[c]) + Double(p.x[place]) * Double(p.slope[c])
                        + Double(p.level[c])
                }
                let found = p.inputGradient(norm, relu: relu, gated: gated)
                #expect(near(found.map(Double.init), exact, 1e-6))
            }
        }
    }

    @Test(arguments: names)
    func notANumberComesThrough(name: String) throws {
        let norm = try #require(wk_kernels_named(name)).pointee.norm
        var p = Rows(37, rows: 3)
        for place in [0, 36, 70] { p.x[place] = .nan }
        let y = p.apply(norm, relu: true, nil)
        #expect(y.indices.filter { y[$0].isNaN } == [0, 36, 70])
    }

    /// Windows that overlap, touch and leave gaps, with and without padding; equal values in a window.
    @Test(arguments: names, [(3, 2, 1), (2, 2, 0), (3, 1, 1), (2, 3, 1), (5, 2, 2)])
    func poolingIsThatOfFloat64(name: String, window: (kernel: Int, stride: Int, padding: Int))
        throws
    {
        let norm = try #require(wk_kernels_named(name)).pointee.norm
        for channels in [1, 5, 16, 37] {
            let p = Pooling(channels, window)
            let (y, chosen, taps) = p.forward(norm)
            let exact = p.exact()
            #expect(near(y.map(Double.init), exact.y, 1e-6))
            #expect(chosen == exact.from.map { p.rows.x[$0] })
            #expect(taps.map(Int.init) == exact.taps)
            let up = Array(p.rows.dy[..<y.count])
            var sums = [Double](repeating: 0, count: 2 * channels)
            var g = [Double](repeating: 0, count: p.rows.x.count)
            for (place, from) in exact.from.enumerated() where exact.taps[place] != 255 {
                let (c, up) = (place % channels, Double(up[place]))
                g[from] += up
                sums[c] += up
                sums[channels + c] += up * (Double(p.rows.x[from]) - Double(p.rows.mean[c]))
            }
            #expect(near(p.gate(norm, up, chosen, taps), sums, 2e-6))
            let dx = p.rows.x.indices.map { place in
                let c = place % channels
                return g[place] * Double(p.rows.scale[c])
                    + Double(p.rows.x[place]) * Double(p.rows.slope[c]) + Double(p.rows.level[c])
            }
            #expect(near(p.inputGradient(norm, up, taps).map(Double.init), dx, 2e-6))
        }
    }

    private func near(_ found: [Double], _ exact: [Double], _ tolerance: Double) -> Bool {
        let scale = exact.map(abs).max() ?? 1
        return found.count == exact.count
            && zip(found, exact).allSatisfy { abs($0 - $1) <= tolerance * max(1, scale) }
    }
}

/// Numbers that repeat now and then, so that a window holds equal ones.
private func drawn(_ count: Int, seed: UInt32) -> [Float] {
    var state = seed
    return (0..<count).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return Float(state >> 26) / 32 - 1
    }
}

/// Rows of channels and a norm over them.
private struct Rows {
    let channels: Int
    var x: [Float]
    let dy: [Float]
    let open: [Float]
    let mean: [Float]
    let scale: [Float]
    let offset: [Float]
    let slope: [Float]
    let level: [Float]

    init(_ channels: Int, rows: Int) {
        self.channels = channels
        x = drawn(channels * rows, seed: 1)
        dy = drawn(channels * rows, seed: 2)
        open = drawn(channels * rows, seed: 3)
        mean = drawn(channels, seed: 4)
        // One negative, so that the largest is the smallest.
        scale = drawn(channels, seed: 5).map { $0 == 0 ? 0.5 : $0 }
        offset = drawn(channels, seed: 6)
        slope = drawn(channels, seed: 7)
        level = drawn(channels, seed: 8)
    }

    var rows: wk_rows {
        wk_rows(channels: Int64(channels), begin: 0, end: Int64(x.count / channels))
    }

    func normed(_ place: Int) -> Double {
        Double(x[place]) * Double(scale[place % channels]) + Double(offset[place % channels])
    }

    func exactGate(relu: Bool, open: [Float]?) -> [Double] {
        x.indices.map { place in
            let shut = open.map { $0[place] <= 0 } ?? (relu && normed(place) <= 0)
            return shut ? 0 : Double(dy[place])
        }
    }

    func with<Result>(relu: Bool, _ body: (UnsafePointer<wk_norm>) -> Result) -> Result {
        mean.withUnsafeBufferPointer { mean in
            scale.withUnsafeBufferPointer { scale in
                offset.withUnsafeBufferPointer { offset in
                    var norm = wk_norm(
                        mean: mean.baseAddress, scale: scale.baseAddress,
                        offset: offset.baseAddress, relu: relu)
                    return body(&norm)
                }
            }
        }
    }

    func moments(_ kernels: wk_norm_kernels) -> [Double] {
        var (sum, square) = (
            [Double](repeating: 0, count: channels), [Double](repeating: 0, count: channels)
        )
        kernels.moments(rows, x, mean, &sum, &square)
        return sum + square
    }

    func gate(
        _ kernels: wk_norm_kernels, relu: Bool, open: [Float]?
    ) -> (sums: [Double], gated: [Float]) {
        var (sum, product) = (
            [Double](repeating: 0, count: channels), [Double](repeating: 0, count: channels)
        )
        var gated = [Float](repeating: .nan, count: x.count)
        with(relu: relu) { norm in
            if let open {
                kernels.gate(rows, norm, dy, x, open, &gated, &sum, &product)
            } else {
                kernels.gate(rows, norm, dy, x, nil, nil, &sum, &product)
            }
        }
        return (sum + product, gated)
    }

    func apply(_ kernels: wk_norm_kernels, relu: Bool, _ residual: [Float]?) -> [Float] {
        var y = [Float](repeating: 7, count: x.count)
        with(relu: relu) { norm in
            if let residual {
                kernels.apply(rows, norm, x, residual, &y)
            } else {
                kernels.apply(rows, norm, x, nil, &y)
            }
        }
        return y
    }

    func inputGradient(_ kernels: wk_norm_kernels, relu: Bool, gated: Bool) -> [Float] {
        var dx = [Float](repeating: .nan, count: x.count)
        with(relu: relu) { kernels.input_gradient(rows, $0, dy, gated, x, slope, level, &dx) }
        return dx
    }
}

/// Two pictures of 9 x 8 pixels, pooled.
private struct Pooling {
    let rows: Rows
    let pool: wk_pool
    let (outHeight, outWidth): (Int, Int)

    init(_ channels: Int, _ window: (kernel: Int, stride: Int, padding: Int)) {
        rows = Rows(channels, rows: 2 * 9 * 8)
        pool = wk_pool(
            batch: 2, height: 9, width: 8, channels: Int64(channels), kernel: Int64(window.kernel),
            stride: Int64(window.stride), padding: Int64(window.padding))
        func across(_ size: Int) -> Int {
            (size + 2 * window.padding - window.kernel) / window.stride + 1
        }
        (outHeight, outWidth) = (across(9), across(8))
    }

    var count: Int { 2 * outHeight * outWidth * rows.channels }

    func forward(_ kernels: wk_norm_kernels) -> (y: [Float], chosen: [Float], taps: [UInt8]) {
        var (y, chosen) = (
            [Float](repeating: .nan, count: count), [Float](repeating: .nan, count: count)
        )
        var (taps, pool) = ([UInt8](repeating: 99, count: count), pool)
        rows.with(relu: true) { norm in
            for line in 0..<Int64(2 * outHeight) {
                kernels.pool(&pool, norm, line, line + 1, rows.x, &y, &chosen, &taps)
            }
        }
        return (y, chosen, taps)
    }

    /// Values, places in x where each was largest (the first of equal ones), and taps, 255 where the ReLU is shut.
    func exact() -> (y: [Double], from: [Int], taps: [Int]) {
        var (y, from, taps) = ([Double](), [Int](), [Int]())
        let (kernel, channels) = (Int(pool.kernel), rows.channels)
        for place in 0..<count {
            let (pixel, c) = (place / channels, place % channels)
            let top = pixel / outWidth % outHeight * Int(pool.stride) - Int(pool.padding)
            let left = pixel % outWidth * Int(pool.stride) - Int(pool.padding)
            var best: (value: Double, from: Int, tap: Int)?
            for tap in 0..<(kernel * kernel) {
                let (i, j) = (top + tap / kernel, left + tap % kernel)
                guard (0..<9).contains(i), (0..<8).contains(j) else { continue }
                let at = ((pixel / outWidth / outHeight * 9 + i) * 8 + j) * channels + c
                if best.map({ rows.normed(at) > $0.value }) ?? true {
                    best = (rows.normed(at), at, tap)
                }
            }
            let found = best ?? (0, 0, 0)
            y.append(max(0, found.value))
            from.append(found.from)
            taps.append(found.value > 0 ? found.tap : 255)
        }
        return (y, from, taps)
    }

    func gate(
        _ kernels: wk_norm_kernels, _ up: [Float], _ chosen: [Float], _ taps: [UInt8]
    ) -> [Double] {
        let channels = rows.channels
        var (sum, product) = (
            [Double](repeating: 0, count: channels), [Double](repeating: 0, count: channels)
        )
        let outputs = wk_rows(channels: Int64(channels), begin: 0, end: Int64(count / channels))
        rows.with(relu: true) { kernels.pool_gate(outputs, $0, up, chosen, taps, &sum, &product) }
        return sum + product
    }

    func inputGradient(_ kernels: wk_norm_kernels, _ up: [Float], _ taps: [UInt8]) -> [Float] {
        var (dx, pool) = ([Float](repeating: .nan, count: rows.x.count), pool)
        rows.with(relu: true) { norm in
            for line in 0..<Int64(2 * 9) {
                kernels.pool_input_gradient(
                    &pool, norm, line, line + 1, up, taps, rows.x, rows.slope, rows.level, &dx)
            }
        }
        return dx
    }
}
