import CFaces
import Testing

@testable import Faces

/// Each kind of loop against a slow plain version, over every small shape.
struct KernelTests {
    private static func numbers(_ count: Int, _ seed: UInt32) -> [Float] {
        noise(width: count, height: 1, seed: seed).prefix(count).map { Float($0) / 64 - 2 }
    }

    /// A row of a convolution with PReLU, one sum after another in double precision.
    private static func plain(
        rows: [[Float]], width: Int, kernel: Int, inputs: Int, outputs: Int, weight: [Float],
        bias: [Float], slope: [Float]
    ) -> [Double] {
        var out: [Double] = []
        for x in 0..<width {
            for output in 0..<outputs {
                var sum = Double(bias[output])
                for row in 0..<kernel {
                    for i in 0..<kernel * inputs {
                        let w = weight[(row * kernel * inputs + i) * outputs + output]
                        sum += Double(rows[row][x * inputs + i]) * Double(w)
                    }
                }
                out.append(sum > 0 ? sum : sum * Double(slope[output]))
            }
        }
        return out
    }

    @Test(arguments: [(1, 32, 16), (3, 3, 16), (2, 5, 32), (3, 10, 48), (2, 7, 64), (3, 4, 128)])
    func convolution(kernel: Int, inputs: Int, outputs: Int) {
        let weight = Self.numbers(kernel * kernel * inputs * outputs, 1)
        let (bias, slope) = (Self.numbers(outputs, 2), Self.numbers(outputs, 3))
        for width in 1...60 {
            let rows = (0..<kernel).map {
                Self.numbers((width + kernel - 1) * inputs, UInt32(7 + $0))
            }
            let expected = Self.plain(
                rows: rows, width: width, kernel: kernel, inputs: inputs, outputs: outputs,
                weight: weight, bias: bias, slope: slope)
            for kernels in Fixtures.kernels {
                let out = Self.convolved(
                    kernels, rows, width, kernel, inputs, outputs, weight, bias, slope)
                let worst = zip(out, expected).map { abs(Double($0) - $1) / max(1, abs($1)) }.max()
                #expect(out.count == expected.count)
                #expect((worst ?? 1) < 2e-5)
            }
        }
    }

    private static func copied(_ values: [Float]) -> UnsafeMutablePointer<Float> {
        let memory = UnsafeMutablePointer<Float>.allocate(capacity: values.count)
        memory.initialize(from: values, count: values.count)
        return memory
    }

    private static func convolved(
        _ kernels: wf_kernels, _ rows: [[Float]], _ width: Int, _ kernel: Int, _ inputs: Int,
        _ outputs: Int, _ weight: [Float], _ bias: [Float], _ slope: [Float]
    ) -> [Float] {
        let guarded: Float = 1234
        var out = [Float](repeating: guarded, count: width * outputs + 16)
        let memory = ([weight, bias, slope] + rows).map(Self.copied)
        defer { memory.forEach { $0.deallocate() } }
        var layer = wf_layer(
            kernel: Int32(kernel), inputs: Int32(inputs), outputs: Int32(outputs),
            weight: memory[0], bias: memory[1], slope: memory[2])
        kernels.convolve(&layer, memory.dropFirst(3).map { UnsafePointer($0) }, Int32(width), &out)
        // Nothing past the row is touched.
        #expect(out.suffix(16).allSatisfy { $0 == guarded })
        return Array(out.dropLast(16))
    }

    @Test(arguments: [2, 3])
    func pooling(kernel: Int) {
        let (channels, kept) = (32, 28)
        for height in kernel - 1...7 {
            for width in kernel - 1...12 {
                let input = FeatureRows()
                input.reshape(height: height, width: width, channels: channels)
                let values = Self.numbers(height * width * channels, 5)
                for y in 0..<height {
                    for i in 0..<width * channels {
                        input.row(y)[i] = values[y * width * channels + i]
                    }
                }
                for kernels in Fixtures.kernels {
                    let out = FeatureRows()
                    input.pool(kernel: kernel, keeping: kept, kernels, into: out)
                    #expect(isPooled(input, out, kernel, kept))
                }
            }
        }
    }

    private func isPooled(
        _ input: FeatureRows, _ out: FeatureRows, _ kernel: Int, _ kept: Int
    ) -> Bool {
        // PyTorch's rule: ceil((n - k) / 2) + 1 windows.
        func count(_ n: Int) -> Int { Int((Double(n - kernel) / 2).rounded(.up)) + 1 }
        guard out.height == count(input.height), out.width == count(input.width) else {
            return false
        }
        for y in 0..<out.height {
            for x in 0..<out.width {
                for c in 0..<kept {
                    var top = -Float.infinity
                    for i in 2 * y..<min(2 * y + kernel, input.height) {
                        for j in 2 * x..<min(2 * x + kernel, input.width) {
                            top = max(top, input.row(i)[j * input.channels + c])
                        }
                    }
                    guard out.row(y)[x * kept + c] == top else { return false }
                }
            }
        }
        return true
    }

    @Test func processorsBestIsOneOfThem() {
        #expect(Fixtures.kernels.count >= 1)
        #expect(wf_kernels_at(3) == nil)
        #expect((0...2).contains { wf_kernels_at($0) == wf_best_kernels() })
    }
}
