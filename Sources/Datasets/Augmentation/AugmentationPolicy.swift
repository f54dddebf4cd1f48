/// How training pictures are varied: four transforms, each with its probability and limits.
///
/// Applied in this order, with the defaults, of Albumentations 1.3: `HorizontalFlip`,
/// `ShiftScaleRotate` (bilinear, border reflected without repeating the edge), `Blur` (box),
/// `RandomBrightnessContrast` (`brightness_by_max`). Call `check()` on a policy that a person wrote.
package struct AugmentationPolicy: Sendable, Hashable, Codable {
    /// When pictures are varied.
    package enum Mode: Sendable, Hashable, Codable {
        /// Each picture becomes `copies` pictures, once: itself and `copies` - 1 variations that
        /// stay the same in every epoch. The paper: 3.
        case fixed(copies: Int)
        /// A new variation of each picture in every epoch.
        case fresh
    }

    package var mode: Mode
    /// Probability of a flip left to right.
    package var flipProbability = 0.5
    /// Probability of shifting, scaling and rotating.
    package var shiftScaleRotateProbability = 0.5
    /// Largest shift, as a share of width and height, either way; 0 to 1.
    package var shiftLimit = 0.0625
    /// Largest change of scale: 1 - limit to 1 + limit; 0 to 0.9.
    package var scaleLimit = 0.1
    /// Largest rotation in degrees, either way; 0 to 180.
    package var rotateLimit = 45.0
    /// Probability of a blur.
    package var blurProbability = 0.5
    /// Smallest and largest side of the box that is averaged: odd, 3 to 31.
    package var blurLimit = [3, 7]
    /// Probability of changing brightness and contrast.
    package var brightnessContrastProbability = 0.5
    /// Largest change of brightness, as a share of white, either way; 0 to 1.
    package var brightnessLimit = 0.2
    /// Largest change of the contrast factor from 1; 0 to 1.
    package var contrastLimit = 0.2

    package init(_ mode: Mode = .fresh) { self.mode = mode }

    /// The paper's: every picture grows to three.
    package static let asPaper = AugmentationPolicy(.fixed(copies: 3))

    /// How many training pictures each picture becomes.
    package var copies: Int {
        if case .fixed(let copies) = mode { return copies }
        return 1
    }

    /// - Throws: `DatasetError` naming the value that is out of range.
    package func check() throws(DatasetError) {
        let probabilities = [
            flipProbability, shiftScaleRotateProbability, blurProbability,
            brightnessContrastProbability,
        ]
        guard probabilities.allSatisfy((0...1).contains) else {
            throw DatasetError("augmentation: probabilities must be 0...1, found \(probabilities)")
        }
        let limits: [(String, Double, Double)] = [
            ("shift limit", shiftLimit, 1), ("scale limit", scaleLimit, 0.9),
            ("rotate limit", rotateLimit, 180), ("brightness limit", brightnessLimit, 1),
            ("contrast limit", contrastLimit, 1),
        ]
        for (name, value, most) in limits where !(0...most).contains(value) {
            throw DatasetError("augmentation: \(name) must be 0...\(most), found \(value)")
        }
        guard blurLimit.count == 2, blurLimit[0] <= blurLimit[1],
            blurLimit.allSatisfy({ $0 % 2 == 1 && (3...31).contains($0) })
        else {
            throw DatasetError(
                "augmentation: blur limit must be two odd sizes from 3 to 31, the smaller first; "
                    + "found \(blurLimit)")
        }
        if case .fixed(let copies) = mode, !(1...1000).contains(copies) {
            throw DatasetError("augmentation: copies must be 1...1000, found \(copies)")
        }
    }
}
