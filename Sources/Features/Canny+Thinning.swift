extension Canny {
    /// A pixel that may be an edge, and one that surely is.
    private static let weak: UInt8 = 1
    private static let strong: UInt8 = 2

    /// Keeps the pixels that no neighbour along the gradient exceeds: 2 from `high` on, 1 from
    /// `low` on, else 0. The two neighbours are interpolated between the pixels around.
    func thinned(_ gradient: SobelGradient, low: Float, high: Float) -> [UInt8] {
        let (width, height) = (gradient.width, gradient.height)
        var kept = [UInt8](repeating: 0, count: width * height)
        guard width > 2, height > 2 else { return kept }
        gradient.magnitude.withUnsafeBufferPointer { magnitude in
            for y in 1..<(height - 1) {
                for i in (y * width + 1)..<(y * width + width - 1) where magnitude[i] >= low {
                    let peak = Self.isPeak(
                        magnitude, i, width, gradient.horizontal[i], gradient.vertical[i])
                    if peak { kept[i] = magnitude[i] >= high ? Self.strong : Self.weak }
                }
            }
        }
        return kept
    }

    /// Whether neither neighbour along the gradient (gx, gy) is larger.
    @inline(__always)
    private static func isPeak(
        _ magnitude: UnsafeBufferPointer<Float>, _ i: Int, _ width: Int, _ gx: Float, _ gy: Float
    ) -> Bool {
        let steep = gy.magnitude > gx.magnitude
        let (large, small) = steep ? (gy.magnitude, gx.magnitude) : (gx.magnitude, gy.magnitude)
        guard large > 0 else { return false }
        let weight = small / large
        let diagonal = (gx < 0) == (gy < 0) ? width + 1 : width - 1
        // The neighbour straight ahead, and the diagonal one towards which the gradient leans.
        let straight = steep ? width : 1
        let lean = steep || diagonal == width + 1 ? diagonal : -diagonal
        let ahead = magnitude[i + lean] * weight + magnitude[i + straight] * (1 - weight)
        let behind = magnitude[i - lean] * weight + magnitude[i - straight] * (1 - weight)
        return ahead <= magnitude[i] && behind <= magnitude[i]
    }

    /// Keeps strong pixels and the weak ones that touch them, over any distance (8 neighbours).
    func connected(_ candidates: [UInt8], width: Int) -> [UInt8] {
        var marks = candidates
        var edges = [UInt8](repeating: 0, count: marks.count)
        let around = [-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1]
        var open: [Int] = []
        for start in marks.indices where marks[start] == Self.strong {
            open.append(start)
            marks[start] = 0
            while let i = open.popLast() {
                edges[i] = 1
                // Candidates are never on the border, so every neighbour exists.
                for step in around where marks[i + step] != 0 {
                    marks[i + step] = 0
                    open.append(i + step)
                }
            }
        }
        return edges
    }
}
