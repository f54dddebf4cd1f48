import Formats
import Foundation

/// Pyramid of histograms of oriented gradients: where the edges are, and how they run.
///
/// Level l cuts the picture into 2^l x 2^l cells; each cell's histogram adds up, over its edge
/// pixels, the gradient's magnitude in the bin of its direction. All histograms, level by level
/// and row by row, make one vector with sum 1 (all 0 if there is no edge). Edges are Canny's, on
/// the smoothed picture; directions and magnitudes are 3x3 Sobel gradients of the picture itself.
///
/// Bosch, Zisserman & Munoz, Representing shape with a spatial pyramid kernel, CIVR 2007.
package struct PHOG: Sendable {
    /// Which directions are told apart.
    package enum AngleRange: Int, Sendable, Hashable, Codable {
        /// Unsigned: dark-to-light and light-to-dark fall together.
        case half = 180
        /// Signed gradients.
        case full = 360
    }

    /// Which pixels are counted.
    package enum Edges: Sendable, Hashable, Codable {
        /// The pixels that Canny's detector marks.
        case canny(Canny)
        /// Every pixel that has a gradient, so weak texture counts too.
        case all
    }

    /// What the description depends on. The defaults (8 bins over 360 degrees, levels 0 to 3:
    /// 680 numbers) are those of the demonstration of the authors' program.
    package struct Options: Sendable, Hashable, Codable {
        /// The finest level, 0 to 6.
        package var levels = 3
        /// Bins in each histogram, 1 to 360.
        package var bins = 8
        package var range = AngleRange.full
        package var edges = Edges.canny(Canny())

        package init() {}
    }

    package let options: Options

    /// - Throws: `FeatureError.badOption` for values outside the ranges above.
    package init(_ options: Options = Options()) throws(FeatureError) {
        guard (0...6).contains(options.levels) else {
            throw .badOption(name: "PHOG levels", value: "\(options.levels)", expected: "0 to 6")
        }
        guard (1...360).contains(options.bins) else {
            throw .badOption(name: "PHOG bins", value: "\(options.bins)", expected: "1 to 360")
        }
        if case .canny(let canny) = options.edges { try canny.check() }
        self.options = options
    }

    /// Length of the vector: `bins (4^(levels + 1) - 1) / 3`.
    package var count: Int { options.bins * ((1 << (2 * (options.levels + 1))) - 1) / 3 }

    /// The vector of a grey picture.
    ///
    /// - Throws: `FeatureError` if the picture is not grey, or has fewer rows or columns than the
    ///   finest level has cells, or than 3.
    package func descriptor(of picture: Picture) throws(FeatureError) -> [Double] {
        let plane = try GreyPlane(picture)
        try checkSize(width: plane.width, height: plane.height)
        let gradient = SobelGradient(plane)
        var finest = [Double](repeating: 0, count: options.bins << (2 * options.levels))
        switch options.edges {
        case .canny(let canny):
            let edges = canny.edges(plane)
            collect(gradient, where: { edges[$0] != 0 }, into: &finest)
        case .all:
            collect(gradient, where: { _ in true }, into: &finest)
        }
        return normalized(pyramid(finest))
    }

    /// Adds every counted pixel to the histogram of its cell at the finest level.
    private func collect(
        _ gradient: SobelGradient, where counted: (Int) -> Bool, into finest: inout [Double]
    ) {
        let (width, height) = (gradient.width, gradient.height)
        for y in 0..<height {
            let row = (y << options.levels) / height
            for x in 0..<width where counted(y * width + x) {
                let i = y * width + x
                guard gradient.magnitude[i] > 0 else { continue }
                let cell = row << options.levels + (x << options.levels) / width
                let bin = bin(gradient.horizontal[i], gradient.vertical[i])
                finest[cell * options.bins + bin] += Double(gradient.magnitude[i])
            }
        }
    }

    /// The bin of a direction; one that lies between two bins (to 1e-9) belongs to the later.
    private func bin(_ gx: Float, _ gy: Float) -> Int {
        let range = Double(options.range.rawValue) * Double.pi / 180
        var angle = atan2(Double(gy), Double(gx)) + 1e-9
        if angle < 0 { angle += 2 * Double.pi }
        angle.formTruncatingRemainder(dividingBy: range)
        return min(Int(angle * Double(options.bins) / range), options.bins - 1)
    }

    /// All levels, coarsest first: a cell is the sum of its four quarters.
    private func pyramid(_ finest: [Double]) -> [Double] {
        var levels = [finest]
        for level in stride(from: options.levels, to: 0, by: -1) {
            let side = 1 << level
            var coarse = [Double](repeating: 0, count: levels[0].count / 4)
            for cell in 0..<(side * side) {
                let parent = (cell / side / 2) * (side / 2) + cell % side / 2
                for bin in 0..<options.bins {
                    coarse[parent * options.bins + bin] += levels[0][cell * options.bins + bin]
                }
            }
            levels.insert(coarse, at: 0)
        }
        return levels.flatMap { $0 }
    }

    private func normalized(_ vector: [Double]) -> [Double] {
        let sum = vector.reduce(0, +)
        return sum > 0 ? vector.map { $0 / sum } : vector
    }

    /// - Throws: `FeatureError.tooSmall` if the picture has fewer pixels than cells on a side.
    func checkSize(width: Int, height: Int) throws(FeatureError) {
        let least = max(3, 1 << options.levels)
        guard min(width, height) >= least else {
            throw .tooSmall(descriptor: "PHOG", width: width, height: height, least: least)
        }
    }
}
