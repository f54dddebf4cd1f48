import Formats
import Foundation
import Testing

@testable import Features

@Suite struct LPQTests {
    @Test func codesAreThoseOfNumPy() throws {
        for sample in try DescriptorCase.all() {
            for expected in sample.lpq {
                var options = LPQ.Options()
                options.size = expected.size
                options.decorrelate = expected.rho != nil
                options.correlation = expected.rho ?? options.correlation
                let codes = try LPQ(options).codes(of: sample.picture)
                let wanted = Fixture.bytes(expected.codes)
                #expect(codes.count == wanted.count)
                // Where a response is 0 up to rounding, its sign is nobody's to know.
                let doubtful = Set(expected.doubtful)
                #expect(doubtful.count * 10 < wanted.count)
                let wrong = wanted.indices.filter {
                    !doubtful.contains($0) && codes[$0] != wanted[$0]
                }
                #expect(
                    wrong.isEmpty, "\(sample.name), window \(expected.size): \(wrong.prefix(9))")
            }
        }
    }

    @Test func codesAreThoseOfThePlainTransformForEveryWidth() throws {
        let lpq = try LPQ()
        for width in 7...24 {
            let picture = Picture.noise(width: width, height: 9, seed: UInt64(width))
            #expect(try lpq.codes(of: picture) == plainCodes(picture, lpq.basis.bits, size: 7))
        }
    }

    @Test func theHistogramCountsTheCodes() throws {
        let picture = Picture.noise(width: 23, height: 17, seed: 3)
        let codes = try LPQ().codes(of: picture)
        let histogram = try LPQ().histogram(of: picture)
        #expect(histogram.count == LPQ.codeCount)
        for code in 0..<256 {
            let share = Double(codes.count { $0 == UInt8(code) }) / Double(17 * 11)
            #expect(histogram[code] == share)
        }
    }

    @Test func aFlatPictureHasOneCode() throws {
        for value in [UInt8(0), 77, 255] {
            let picture = Picture.flat(width: 12, height: 10, value: value)
            #expect(try Set(LPQ().codes(of: picture)) == [255])
        }
    }

    @Test func brightnessDoesNotMatter() throws {
        var picture = Picture.noise(width: 20, height: 20, seed: 5)
        picture.pixels = picture.pixels.map { $0 / 2 }
        var brighter = picture
        brighter.pixels = picture.pixels.map { $0 + 100 }
        #expect(try LPQ().codes(of: picture) == LPQ().codes(of: brighter))
    }

    @Test func aPictureOfTheWindowsSizeHasOneCode() throws {
        #expect(try LPQ().codes(of: .noise(width: 7, height: 7, seed: 1)).count == 1)
    }

    @Test(arguments: [(6, 9), (9, 6), (1, 1), (0, 0)])
    func aPictureSmallerThanTheWindowIsRefused(_ width: Int, _ height: Int) throws {
        let picture = Picture.flat(width: width, height: height, value: 1)
        let expected = FeatureError.tooSmall(
            descriptor: "LPQ", width: width, height: height, least: 7)
        #expect(throws: expected) { try LPQ().histogram(of: picture) }
        #expect(expected.description.contains("at least 7x7"))
    }

    @Test func colourIsRefused() {
        let picture = Picture(
            width: 9, height: 9, channels: 3, pixels: Array(repeating: 0, count: 243))
        #expect(throws: FeatureError.notGrey(channels: 3)) { try LPQ().codes(of: picture) }
    }

    @Test func badOptionsAreRefused() {
        for (size, correlation) in [(4, 0.9), (1, 0.9), (33, 0.9), (7, 0), (7, 1), (7, .nan)] {
            var options = LPQ.Options()
            options.size = size
            options.correlation = correlation
            #expect(throws: FeatureError.self) { try LPQ(options) }
        }
    }

    @Test func whiteningMakesTheResponsesUncorrelated() throws {
        let options = LPQ.Options()
        let bits = try LPQBasis(options).bits
        for part in 0...1 {
            let covariance = LPQBasis.covariance(options, part: part)
            for a in bits where a.part == part {
                for b in bits where b.part == part && b.weights != a.weights {
                    var product = 0.0
                    for i in 0..<4 {
                        for j in 0..<4 {
                            product +=
                                Double(a.weights[i]) * covariance[4 * i + j] * Double(b.weights[j])
                        }
                    }
                    #expect(abs(product) < 1e-4)
                }
            }
        }
    }
}

/// The definition, with complex numbers spelled out and the window summed in full.
private func plainCodes(_ picture: Picture, _ bits: [LPQBasis.Bit], size: Int) -> [UInt8] {
    let half = size / 2
    var codes: [UInt8] = []
    for y in half..<(picture.height - half) {
        for x in half..<(picture.width - half) {
            var parts = [[Double]](repeating: [0, 0, 0, 0], count: 2)
            for (f, u) in [(1, 0), (0, 1), (1, 1), (1, -1)].enumerated() {
                for dy in -half...half {
                    for dx in -half...half {
                        let value = Double(picture.pixels[(y - dy) * picture.width + x - dx])
                        let phase = 2 * Double.pi * Double(u.0 * dx + u.1 * dy) / Double(size)
                        parts[0][f] += value * cos(phase)
                        parts[1][f] -= value * sin(phase)
                    }
                }
            }
            var code = 0
            for (index, bit) in bits.enumerated() {
                let sum = (0..<4).reduce(0.0) { $0 + parts[bit.part][$1] * Double(bit.weights[$1]) }
                if sum >= 0 { code |= 1 << index }
            }
            codes.append(UInt8(code))
        }
    }
    return codes
}
