import Formats
import Foundation
import Testing

@testable import Features

@Suite struct PHOGTests {
    @Test func edgesAndVectorsAreThoseOfScikitImage() throws {
        for sample in try DescriptorCase.all() {
            for expected in sample.phog {
                var canny = Canny()
                canny.sigma = expected.sigma
                canny.thresholds = .absolute(low: expected.low, high: expected.high)
                let edges = try canny.edges(GreyPlane(sample.picture))
                let wanted = expected.edges.utf8.map { UInt8($0 - 48) }
                #expect(edges == wanted, "\(sample.name), sigma \(expected.sigma)")
                let vector = try PHOG(options(expected, .canny(canny))).descriptor(
                    of: sample.picture)
                expectClose(vector, expected.vector)
                let all = try PHOG(options(expected, .all)).descriptor(of: sample.picture)
                expectClose(all, expected.all)
            }
        }
    }

    @Test func automaticThresholdsAreThoseOfNumPy() throws {
        for sample in try DescriptorCase.all() {
            for expected in sample.phog {
                var canny = Canny()
                canny.sigma = expected.sigma
                let smooth = GaussianFilter(sigma: canny.sigma).apply(try GreyPlane(sample.picture))
                let levels = try #require(canny.levels(SobelGradient(smooth)))
                #expect(abs(Double(levels.low) / expected.low - 1) < 1e-5)
                #expect(abs(Double(levels.high) / expected.high - 1) < 1e-5)
            }
        }
    }

    @Test func aVerticalStepHasOneDirection() throws {
        var picture = Picture.flat(width: 16, height: 16, value: 10)
        for i in picture.pixels.indices where i % 16 >= 8 { picture.pixels[i] = 200 }
        let vector = try PHOG().descriptor(of: picture)
        #expect(vector.count == 680)
        // Dark to bright, left to right: direction 0, so bin 0, on every level alike.
        #expect(abs(vector[0] - 0.25) < 1e-12)
        #expect(vector.indices.allSatisfy { $0 % 8 == 0 || vector[$0] == 0 })
        var mirrored = picture
        mirrored.pixels = picture.pixels.map { 210 - $0 }
        #expect(try abs(PHOG().descriptor(of: mirrored)[4] - 0.25) < 1e-12)
        var unsigned = PHOG.Options()
        unsigned.range = .half
        unsigned.edges = .all
        #expect(
            try PHOG(unsigned).descriptor(of: mirrored) == PHOG(unsigned).descriptor(of: picture))
    }

    @Test func theVectorAddsUpToOneOnEachLevel() throws {
        let vector = try PHOG().descriptor(of: .noise(width: 41, height: 33, seed: 11))
        var start = 0
        for level in 0...3 {
            let length = 8 << (2 * level)
            let sum = vector[start..<(start + length)].reduce(0, +)
            #expect(abs(sum - 0.25) < 1e-12)
            start += length
        }
        #expect(start == vector.count)
    }

    @Test func aFlatPictureHasNoEdges() throws {
        let vector = try PHOG().descriptor(of: .flat(width: 20, height: 20, value: 90))
        #expect(vector == Array(repeating: 0, count: 680))
    }

    @Test(arguments: [(7, 20), (20, 7), (1, 1)])
    func aPictureWithFewerPixelsThanCellsIsRefused(_ width: Int, _ height: Int) throws {
        let picture = Picture.flat(width: width, height: height, value: 0)
        let expected = FeatureError.tooSmall(
            descriptor: "PHOG", width: width, height: height, least: 8)
        #expect(throws: expected) { try PHOG().descriptor(of: picture) }
    }

    @Test func badOptionsAreRefused() {
        var canny = Canny()
        canny.sigma = 0
        var flipped = Canny()
        flipped.thresholds = .absolute(low: 3, high: 2)
        let bad: [(Int, Int, PHOG.Edges)] = [
            (-1, 8, .all), (7, 8, .all), (3, 0, .all), (3, 361, .all), (3, 8, .canny(canny)),
            (3, 8, .canny(flipped)),
        ]
        for (levels, bins, edges) in bad {
            var options = PHOG.Options()
            (options.levels, options.bins, options.edges) = (levels, bins, edges)
            #expect(throws: FeatureError.self) { try PHOG(options) }
        }
    }

    @Test func theSmoothingIsThePlainOne() throws {
        let picture = Picture.noise(width: 9, height: 6, seed: 21)
        let plane = try GreyPlane(picture)
        for sigma in [0.5, 1.3, 3] {
            let smooth = GaussianFilter(sigma: sigma).apply(plane)
            for y in 0..<6 {
                for x in 0..<9 {
                    let plain = plainGaussian(plane, x, y, sigma)
                    #expect(abs(Double(smooth.values[y * 9 + x]) - plain) < 1e-3)
                }
            }
        }
    }
}

private func options(_ expected: DescriptorCase.PHOGCase, _ edges: PHOG.Edges) -> PHOG.Options {
    var options = PHOG.Options()
    options.levels = expected.levels
    options.bins = expected.bins
    options.range = expected.degrees == 180 ? .half : .full
    options.edges = edges
    return options
}

private func plainGaussian(_ plane: GreyPlane, _ x: Int, _ y: Int, _ sigma: Double) -> Double {
    let radius = Int(4 * sigma + 0.5)
    var (sum, weights) = (0.0, 0.0)
    for v in 0..<plane.height where abs(v - y) <= radius {
        for u in 0..<plane.width where abs(u - x) <= radius {
            let square = Double((u - x) * (u - x) + (v - y) * (v - y))
            let weight = exp(-square / (2 * sigma * sigma))
            sum += weight * Double(plane.values[v * plane.width + u])
            weights += weight
        }
    }
    return sum / weights
}

/// Every element within 1e-6.
func expectClose(_ found: [Double], _ expected: [Double], _ tolerance: Double = 1e-6) {
    #expect(found.count == expected.count)
    let wrong = zip(found, expected).enumerated().filter {
        !(abs($0.element.0 - $0.element.1) <= tolerance)
    }
    #expect(wrong.isEmpty, "\(wrong.prefix(4))")
}
