import Foundation

/// Gaussian smoothing, renormalised at the border.
struct GaussianFilter: Sendable {
    /// Weights from the centre outwards: `exp(-k^2 / 2 sigma^2)`, k = 0...round(4 sigma).
    let weights: [Float]

    init(sigma: Double) {
        let radius = Int(4 * sigma + 0.5)
        weights = (0...radius).map { Float(exp(-Double($0 * $0) / (2 * sigma * sigma))) }
    }

    /// The smoothed plane.
    func apply(_ plane: GreyPlane) -> GreyPlane {
        let (width, height) = (plane.width, plane.height)
        let across = norms(width)
        let down = norms(height)
        var row = [Float](repeating: 0, count: width)
        var smooth = GreyPlane(width: width, height: height, values: plane.values)
        plane.values.withUnsafeBufferPointer { source in
            smooth.values.withUnsafeMutableBufferPointer { target in
                for y in 0..<height {
                    column(source, at: y, width, height, norm: down[y], into: &row)
                    let part = UnsafeMutableBufferPointer(
                        rebasing: target[(y * width)..<(y * width + width)])
                    along(row, norms: across, into: part)
                }
            }
        }
        return smooth
    }

    /// 1 / the sum of the weights that stay inside, at each place of a line.
    private func norms(_ count: Int) -> [Float] {
        (0..<count).map { place in
            let inside = (0..<count).lazy.map { abs($0 - place) }.filter { $0 < weights.count }
            return 1 / inside.reduce(0) { $0 + weights[$1] }
        }
    }

    /// The weighted sum of the rows around `y`.
    private func column(
        _ source: UnsafeBufferPointer<Float>, at y: Int, _ width: Int, _ height: Int, norm: Float,
        into row: inout [Float]
    ) {
        row.withUnsafeMutableBufferPointer { row in
            row.update(repeating: 0)
            let first = max(0, y - weights.count + 1)
            let last = min(height - 1, y + weights.count - 1)
            for other in first...last {
                let weight = weights[abs(other - y)] * norm
                for x in 0..<width { row[x] += weight * source[other * width + x] }
            }
        }
    }

    /// The weighted sum of the columns around every x.
    private func along(
        _ row: [Float], norms: [Float], into target: UnsafeMutableBufferPointer<Float>
    ) {
        let width = row.count
        row.withUnsafeBufferPointer { row in
            target.update(repeating: 0)
            for shift in (1 - weights.count)..<weights.count {
                let weight = weights[abs(shift)]
                let (first, last) = (max(0, -shift), min(width, width - shift))
                guard first < last else { continue }
                for x in first..<last { target[x] += weight * row[x + shift] }
            }
            for x in 0..<width { target[x] *= norms[x] }
        }
    }
}
