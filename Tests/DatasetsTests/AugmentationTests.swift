import Formats
import Foundation
import Testing

@testable import Datasets

@Suite struct AugmentationTests {
    @Test func picturesAreThoseOfAlbumentations() throws {
        let cases = try AugmentationFixture.load().cases
        #expect(cases.count == 80)
        for sample in cases {
            let found = try sample.varied()
            #expect(found.count == sample.exact.count)
            let wrong = found.indices.filter { abs(Double(found[$0]) - sample.exact[$0]) > 0.01 }
            let shape = "\(sample.width) x \(sample.height), \(sample.variation)"
            #expect(wrong.isEmpty, "\(shape): \(wrong.prefix(6))")
            // OpenCV takes source coordinates to 1/32 pixel: 1/64 of two slopes, each up to 255.
            let far = found.indices.filter { abs(Double(found[$0]) - sample.opencv[$0]) > 1.5 }
            #expect(far.isEmpty, "\(shape): \(far.prefix(6))")
        }
    }

    @Test func defaultsAreThoseOfAlbumentations() throws {
        let expected = try AugmentationFixture.load().defaults
        let policy = AugmentationPolicy()
        #expect(policy.flipProbability == expected.flipProbability)
        #expect(policy.shiftScaleRotateProbability == expected.shiftScaleRotateProbability)
        #expect(policy.shiftLimit == expected.shiftLimit)
        #expect(abs(policy.scaleLimit - expected.scaleLimit) < 1e-12)
        #expect(policy.rotateLimit == expected.rotateLimit)
        #expect(policy.blurProbability == expected.blurProbability)
        #expect(policy.blurLimit == expected.blurLimit)
        #expect(policy.brightnessContrastProbability == expected.brightnessContrastProbability)
        #expect(policy.brightnessLimit == expected.brightnessLimit)
        #expect(policy.contrastLimit == expected.contrastLimit)
    }

    @Test func everySmallShapeIsThatOfThePlainVersion() throws {
        var policy = AugmentationPolicy()
        policy.shiftScaleRotateProbability = 0.8
        policy.blurProbability = 0.7
        var picture = 0
        for height in [1, 2, 3, 4, 7, 13] {
            for width in [1, 2, 3, 4, 5, 8, 17] {
                for _ in 0..<3 {
                    picture += 1
                    let variation = policy.variation(.init(seed: 5, picture: picture))
                    let pixels = noise(width * height * 3, seed: UInt64(picture))
                    let found = try varied(pixels, width, height, variation)
                    let plain = plainVariation(pixels, width, height, variation)
                    let wrong = found.indices.filter { abs(Double(found[$0]) - plain[$0]) > 1e-4 }
                    #expect(wrong.isEmpty, "\(width) x \(height) \(variation)")
                }
            }
        }
    }

    @Test func extremePoliciesStayInside() throws {
        var variation = Variation()
        (variation.degrees, variation.scale, variation.shift) = (180, 0.1, [-1, 1])
        variation.blur = 31
        for (width, height) in [(1, 1), (2, 9), (9, 2), (40, 33)] {
            let pixels = noise(width * height * 3, seed: 3)
            let found = try varied(pixels, width, height, variation)
            let plain = plainVariation(pixels, width, height, variation)
            #expect(found.indices.allSatisfy { abs(Double(found[$0]) - plain[$0]) < 1e-4 })
        }
    }

    @Test func aFlatPictureStaysFlat() throws {
        var variation = Variation()
        (variation.flips, variation.degrees, variation.scale, variation.blur) = (true, 31, 0.93, 5)
        let pixels = [UInt8](repeating: 200, count: 12 * 9 * 3)
        let found = try varied(pixels, 12, 9, variation)
        for (i, value) in found.enumerated() {
            #expect(abs(Double(value) - (200.0 / 255 - mean[i % 3]) / std[i % 3]) < 1e-5)
        }
    }

    @Test func batchesAreThePicturesOneByOne() throws {
        let (width, height, count) = (11, 6, 11 * 6 * 3)
        let store = noise(5 * count, seed: 12)
        let policy = AugmentationPolicy()
        let order = [4, 0, 3, 3, 1, 2, 4]
        let variations = order.indices.map {
            policy.variation(.init(seed: 1, picture: order[$0], epoch: $0))
        }
        let augmenter = try Augmenter(width: width, height: height, mean: mean, std: std)
        for threads in [1, 2, 5] {
            let workspace = AugmentationWorkspace(threads: threads)
            var batch = [Float](repeating: .nan, count: order.count * count)
            batch.withUnsafeMutableBufferPointer { batch in
                store.withUnsafeBufferPointer {
                    augmenter.fill(
                        batch, from: $0, pictures: order, variations: variations,
                        workspace: workspace)
                }
            }
            for (i, picture) in order.enumerated() {
                let pixels = Array(store[(picture * count)..<((picture + 1) * count)])
                let one = try varied(pixels, width, height, variations[i])
                #expect(Array(batch[(i * count)..<((i + 1) * count)]) == one)
            }
        }
    }

    @Test func contactSheetPicturesAreRounded() throws {
        let pixels = noise(10 * 8 * 3, seed: 40)
        let picture = Picture(width: 10, height: 8, channels: 3, pixels: pixels)
        #expect(try Augmenter.picture(picture, .none) == picture)
        var bright = Variation()
        bright.brightness = 0.2
        let lit = try Augmenter.picture(picture, bright)
        #expect(lit.pixels == pixels.map { UInt8(min(Int($0) + 51, 255)) })
        #expect(throws: DatasetError.self) { try Augmenter.picture(picture.grey(), .none) }
    }
}

private let mean = Preprocessing.imageNetMean
private let std = Preprocessing.imageNetStd

func noise(_ count: Int, seed: UInt64) -> [UInt8] {
    let generator = CounterGenerator(key: (seed, 1))
    return (0..<count).map {
        UInt8(truncatingIfNeeded: generator.block([UInt64($0), 0, 0, 0])[0] >> 40)
    }
}

/// The input that the augmenter makes.
private func varied(
    _ pixels: [UInt8], _ width: Int, _ height: Int, _ variation: Variation,
    mean: [Double] = mean, std: [Double] = std
) throws -> [Float] {
    let augmenter = try Augmenter(width: width, height: height, mean: mean, std: std)
    var found = [Float](repeating: .nan, count: augmenter.count)
    found.withUnsafeMutableBufferPointer { found in
        pixels.withUnsafeBufferPointer {
            augmenter.apply(variation, to: $0, into: found, scratch: AugmentationScratch())
        }
    }
    return found
}

/// One step after the other in Double, each written as it is defined.
private func plainVariation(
    _ pixels: [UInt8], _ width: Int, _ height: Int, _ v: Variation
) -> [Double] {
    var image = pixels.map { Double($0) }
    func at(_ image: [Double], _ x: Int, _ y: Int, _ c: Int) -> Double {
        image[(mirror(y, height) * width + mirror(x, width)) * 3 + c]
    }
    func each(_ value: (Int, Int, Int) -> Double) -> [Double] {
        (0..<height).flatMap { y in
            (0..<width).flatMap { x in (0..<3).map { value(x, y, $0) } }
        }
    }
    if v.flips {
        let old = image
        image = each { at(old, width - 1 - $0, $1, $2) }
    }
    let old = image
    let (cosine, sine) = (cos(v.degrees * Double.pi / 180), sin(v.degrees * Double.pi / 180))
    let (cx, cy) = (Double(width - 1) / 2, Double(height - 1) / 2)
    image = each { x, y, c in
        let dx = Double(x) - cx - v.shift.x * Double(width)
        let dy = Double(y) - cy - v.shift.y * Double(height)
        let sx = (cosine * dx - sine * dy) / v.scale + cx
        let sy = (sine * dx + cosine * dy) / v.scale + cy
        let (x0, y0) = (Int(floor(sx + 1e-9)), Int(floor(sy + 1e-9)))
        let (fx, fy) = (sx - Double(x0), sy - Double(y0))
        let top = at(old, x0, y0, c) * (1 - fx) + at(old, x0 + 1, y0, c) * fx
        let bottom = at(old, x0, y0 + 1, c) * (1 - fx) + at(old, x0 + 1, y0 + 1, c) * fx
        return top * (1 - fy) + bottom * fy
    }
    let sharp = image
    let radius = v.blur / 2
    image = each { x, y, c in
        var sum = 0.0
        for j in -radius...radius {
            for i in -radius...radius { sum += at(sharp, x + i, y + j, c) }
        }
        return sum / Double(v.blur * v.blur)
    }
    return image.enumerated().map { i, value in
        let toned = min(max(value * v.contrast + 255 * v.brightness, 0), 255)
        return (toned / 255 - mean[i % 3]) / std[i % 3]
    }
}

/// Walks back and forth between the borders.
private func mirror(_ index: Int, _ count: Int) -> Int {
    guard count > 1 else { return 0 }
    var (place, forward) = (0, true)
    for _ in 0..<abs(index) {
        if place == 0 { forward = true }
        if place == count - 1 { forward = false }
        place += forward ? 1 : -1
    }
    return place
}

/// What `Tests/Fixtures/make/features_augmentation.py` wrote.
struct AugmentationFixture: Decodable {
    struct Case: Decodable {
        var width: Int
        var height: Int
        var pixels: String
        var variation: Variation
        var exact: [Double]
        var opencv: [Double]

        /// The variation in grey values 0...255.
        func varied() throws -> [Float] {
            let digits = pixels.utf8.map { UInt8($0 > 57 ? $0 - 87 : $0 - 48) }
            let bytes = stride(from: 0, to: digits.count, by: 2).map {
                digits[$0] << 4 | digits[$0 + 1]
            }
            return try DatasetsTests.varied(
                bytes, width, height, variation, mean: [0, 0, 0],
                std: Array(repeating: 1.0 / 255, count: 3))
        }
    }

    struct Defaults: Decodable {
        var flipProbability: Double
        var shiftScaleRotateProbability: Double
        var shiftLimit: Double
        var scaleLimit: Double
        var rotateLimit: Double
        var blurProbability: Double
        var blurLimit: [Int]
        var brightnessContrastProbability: Double
        var brightnessLimit: Double
        var contrastLimit: Double
    }

    struct Philox: Decodable {
        var key: [String]
        var counter: [String]
        var block: [String]
    }

    var cases: [Case]
    var defaults: Defaults
    var philox: [Philox]

    static func load() throws -> AugmentationFixture {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = tests.appending(path: "Fixtures/features_augmentation.json")
        return try JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
    }
}
