/// What the cascade looks for; the defaults are facenet-pytorch's.
package struct DetectionSettings: Sendable, Equatable, Codable {
    /// The smallest face looked for, in pixels of its shorter side.
    package var minFaceSize = 20.0
    /// Size of each level of the pyramid relative to the one before.
    package var factor = 0.709
    /// Least probability to pass the first, second and third network.
    package var thresholds: [Float] = [0.6, 0.7, 0.7]

    package init() {}

    /// Throws unless the cascade can work with these numbers.
    package func validate() throws(FaceError) {
        guard minFaceSize >= 12, minFaceSize.isFinite else {
            throw FaceError(
                "the smallest face is \(minFaceSize) px; it must be at least 12, the first "
                    + "network's window")
        }
        guard factor > 0.1, factor < 1 else {
            throw FaceError("the pyramid's factor is \(factor); it must be between 0.1 and 1")
        }
        guard thresholds.count == 3, thresholds.allSatisfy({ $0 > 0 && $0 < 1 }) else {
            throw FaceError("the thresholds are \(thresholds); three between 0 and 1 are needed")
        }
    }

    /// The scales at which the first network sees a picture, largest first; none if it is too small.
    func scales(width: Int, height: Int) -> [Double] {
        var scale = 12 / minFaceSize
        var side = Double(min(width, height)) * scale
        var scales: [Double] = []
        while side >= 12 {
            scales.append(scale)
            scale *= factor
            side *= factor
        }
        return scales
    }
}
