import Foundation

/// Multinomial logistic regression with an L2 penalty, as scikit-learn's default:
/// minimise |W|^2 / 2 + C sum over rows of the cross-entropy; the intercepts are free.
///
/// By Nesterov's accelerated gradient with restart (O'Donoghue & Candes 2015), step 1 / L where L
/// bounds the curvature, until no part of the gradient exceeds 1e-6 of the rows' number.
package struct LogisticRegression {
    /// `[classes][features]`.
    package let weights: [[Double]]
    package let intercepts: [Double]

    package init(_ features: [[Double]], _ labels: [Int], classes: Int, c: Double = 1) {
        let width = features.first?.count ?? 0
        // One row of numbers to a class: its weights, then its intercept.
        let rows = features.map { $0 + [1] }
        let reach = rows.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 } }
        let step = 1 / (1 + c * 0.5 * reach)
        var point = Array(repeating: Array(repeating: 0.0, count: width + 1), count: classes)
        var ahead = point
        var momentum = 1.0
        for _ in 0..<20_000 {
            let slope = Self.gradient(rows, labels, ahead, c)
            let steepest = slope.joined().reduce(0) { max($0, abs($1)) }
            if steepest < 1e-6 * Double(max(rows.count, 1)) { break }
            let next = Self.sum(ahead, slope, -step)
            let moved = Self.sum(next, point, -1)
            if zip(slope.joined(), moved.joined()).reduce(0, { $0 + $1.0 * $1.1 }) > 0 {
                momentum = 1
            }
            let following = (1 + (1 + 4 * momentum * momentum).squareRoot()) / 2
            ahead = Self.sum(next, moved, (momentum - 1) / following)
            momentum = following
            point = next
        }
        weights = point.map { Array($0.dropLast()) }
        intercepts = point.map { $0[width] }
    }

    /// The class of one row.
    package func predict(_ row: [Double]) -> Int {
        var best = (label: 0, score: -Double.infinity)
        for label in weights.indices {
            let score = zip(weights[label], row).reduce(intercepts[label]) { $0 + $1.0 * $1.1 }
            if score > best.score { best = (label, score) }
        }
        return best.label
    }

    private static func sum(_ a: [[Double]], _ b: [[Double]], _ factor: Double) -> [[Double]] {
        zip(a, b).map { zip($0, $1).map { $0 + factor * $1 } }
    }

    private static func gradient(
        _ rows: [[Double]], _ labels: [Int], _ point: [[Double]], _ c: Double
    ) -> [[Double]] {
        var slope = point  // the penalty's share; intercepts have none
        for k in slope.indices { slope[k][slope[k].count - 1] = 0 }
        var scores = Array(repeating: 0.0, count: point.count)
        for (row, label) in zip(rows, labels) {
            for k in point.indices {
                var score = 0.0
                for place in row.indices { score += point[k][place] * row[place] }
                scores[k] = score
            }
            let top = scores.max() ?? 0
            let total = scores.reduce(0) { $0 + exp($1 - top) }
            for k in point.indices {
                let error = c * (exp(scores[k] - top) / total - (k == label ? 1 : 0))
                for place in row.indices { slope[k][place] += error * row[place] }
            }
        }
        return slope
    }
}
