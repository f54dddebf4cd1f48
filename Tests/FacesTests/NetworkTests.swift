import CFaces
import Formats
import Testing

@testable import Faces

/// The networks and the resampling against facenet-pytorch and PyTorch (make/faces_networks.py).
struct NetworkTests {
    private struct Case: Decodable {
        let width: Int
        let height: Int
        let seed: UInt32
        let outputs: [Float]
    }

    private struct AreaCase: Decodable {
        let width: Int
        let height: Int
        let seed: UInt32
        let outWidth: Int
        let outHeight: Int
        let outputs: [Float]
    }

    private static func worst(_ a: [Float], _ b: [Float]) -> Float {
        guard a.count == b.count else { return .infinity }
        return zip(a, b).map { abs($0 - $1) }.max() ?? .infinity
    }

    /// Row y of the normalised noise.
    private static func fill(_ test: Case) -> (Int, UnsafeMutablePointer<Float>) -> Void {
        let bytes = noise(width: test.width, height: test.height, seed: test.seed)
        return { y, out in
            for i in 0..<test.width * 3 {
                out[i] = (Float(bytes[y * test.width * 3 + i]) - 127.5) / 128
            }
        }
    }

    @Test(.enabled(if: Fixtures.hasWeights))
    func proposalNetwork() throws {
        let cases: [Case] = try Fixtures.read("faces_networks/pnet.json")
        let net = try #require(Fixtures.weights).pnet
        let rows = PNet.Rows()
        for kernels in Fixtures.kernels {
            for test in cases {
                var outputs: [Float] = []
                net.scan(
                    height: test.height, width: test.width, rows: rows, kernels,
                    fill: Self.fill(test)
                ) { _, windows, values in
                    for i in 0..<windows {
                        for c in 0..<6 { outputs.append(values[i * PNet.outputStride + c]) }
                    }
                }
                #expect(Self.worst(outputs, test.outputs) < 1e-5)
            }
        }
    }

    @Test(.enabled(if: Fixtures.hasWeights))
    func refinementNetwork() throws {
        try check(#require(Fixtures.weights).rnet, "rnet", count: 6)
    }

    @Test(.enabled(if: Fixtures.hasWeights))
    func outputNetwork() throws {
        try check(#require(Fixtures.weights).onet, "onet", count: 16)
    }

    private func check<Network: BoxNetwork>(
        _ network: Network, _ name: String, count: Int
    ) throws {
        let cases: [Case] = try Fixtures.read("faces_networks/\(name).json")
        let maps = BoxMaps()
        for kernels in Fixtures.kernels {
            for test in cases {
                let fill = Self.fill(test)
                maps.input.reshape(height: test.height, width: test.width, channels: 3)
                for y in 0..<test.height { fill(y, maps.input.row(y)) }
                let values = network(maps, kernels)
                let outputs = (0..<count).map { values[$0] }
                #expect(test.height == Network.side)
                #expect(Self.worst(outputs, test.outputs) < 1e-5)
            }
        }
    }

    @Test func areaInterpolation() throws {
        let cases: [AreaCase] = try Fixtures.read("faces_networks/area.json")
        for kernels in Fixtures.kernels {
            let resampler = AreaResampler(kernels)
            for test in cases {
                let picture = noisePicture(width: test.width, height: test.height, seed: test.seed)
                // The same part of a larger picture gives the same.
                for inset in [0, 3] {
                    let framed = picture.cropped(
                        to: PictureArea(
                            x: -inset, y: -inset, width: test.width + 2 * inset,
                            height: test.height + 2 * inset))
                    let area = PictureArea(
                        x: inset, y: inset, width: test.width, height: test.height)
                    resampler.start(area, width: test.outWidth, height: test.outHeight)
                    var out = [Float](repeating: 0, count: test.outputs.count)
                    try out.withUnsafeMutableBufferPointer { out in
                        let start = try #require(out.baseAddress)
                        for y in 0..<test.outHeight {
                            resampler.row(y, of: framed, into: start + y * test.outWidth * 3)
                        }
                    }
                    #expect(Self.worst(out, test.outputs) < 1e-6)
                }
            }
        }
    }
}
