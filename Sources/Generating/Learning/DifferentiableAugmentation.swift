import Core
import Torch

/// The same kind of change for real and made pictures, through which gradients pass (Zhao et al. 2020, "DiffAugment":
/// colour, translation, cutout): a discriminator that sees few real ones does not learn them by heart.
package struct DifferentiableAugmentation {
    /// How one picture is changed.
    package struct Change: Sendable, Equatable {
        /// Added to every number, from -0.5 to 0.5.
        package var brightness = 0.0
        /// How far colours are from grey, times as much: 0 to 2.
        package var saturation = 1.0
        /// How far numbers are from the picture's mean, times as much: 0.5 to 1.5.
        package var contrast = 1.0
        /// Pixels down and right, up to an eighth of the side; zeros follow.
        package var down = 0
        package var right = 0
        /// Row and column of the first pixel of a square of half the side that becomes zero; it may begin outside.
        package var hole: (row: Int, column: Int)?

        package init() {}

        package static func == (a: Change, b: Change) -> Bool {
            a.brightness == b.brightness && a.saturation == b.saturation && a.contrast == b.contrast
                && a.down == b.down && a.right == b.right && a.hole?.row == b.hole?.row
                && a.hole?.column == b.hole?.column
        }
    }

    private var random: SplitMix64
    private let side: Int

    package init(side: Int, seed: UInt64, epoch: Int) {
        self.side = side
        random = SplitMix64(seed: seed, name: "differentiable augmentation \(epoch)")
    }

    private mutating func unit() -> Double { Double(random.uniform()) }

    /// Changes for a batch.
    package mutating func changes(_ count: Int) -> [Change] {
        (0..<count).map { _ in
            var change = Change()
            change.brightness = unit() - 0.5
            change.saturation = unit() * 2
            change.contrast = unit() + 0.5
            let most = side / 8
            change.down = Int(unit() * Double(2 * most + 1)) - most
            change.right = Int(unit() * Double(2 * most + 1)) - most
            let hole = side / 2
            change.hole = (
                Int(unit() * Double(side + 1)) - hole / 2, Int(unit() * Double(side + 1)) - hole / 2
            )
            return change
        }
    }

    /// The changed pictures, [N, 3, side, side].
    package static func apply(_ changes: [Change], to pictures: Tensor) throws -> Tensor {
        let (n, side) = (changes.count, pictures.shape[3])
        func column(_ value: (Change) -> Double) throws -> Tensor {
            try Tensor(changes.map { Float(value($0)) }, [n, 1, 1, 1]).to(device: pictures.device)
        }
        var x = try pictures + column(\.brightness)
        let grey = try x.reduced(.mean, over: [1], keepDim: true)
        x = try (x - grey) * column(\.saturation) + grey
        let mean = try x.reduced(.mean, over: [1, 2, 3], keepDim: true)
        x = try (x - mean) * column(\.contrast) + mean
        return try moved(x, changes) * holes(changes, side).to(device: pictures.device)
    }

    /// Each picture moved within its frame.
    private static func moved(_ x: Tensor, _ changes: [Change]) throws -> Tensor {
        let side = x.shape[3]
        let most = changes.map { max(abs($0.down), abs($0.right)) }.max() ?? 0
        guard most > 0 else { return x }
        let wide = try pad(x, [most, most, most, most])
        return try Tensor.cat(
            changes.enumerated().map { index, change in
                try wide.narrow(dim: 0, start: index, length: 1)
                    .narrow(dim: 2, start: most - change.down, length: side)
                    .narrow(dim: 3, start: most - change.right, length: side)
            })
    }

    /// 0 where a picture's hole is, else 1: [N, 1, side, side].
    private static func holes(_ changes: [Change], _ side: Int) throws -> Tensor {
        var values = [Float](repeating: 1, count: changes.count * side * side)
        for (index, change) in changes.enumerated() {
            guard let hole = change.hole else { continue }
            for row in max(0, hole.row)..<max(0, min(side, hole.row + side / 2)) {
                for column in max(0, hole.column)..<max(0, min(side, hole.column + side / 2)) {
                    values[(index * side + row) * side + column] = 0
                }
            }
        }
        return try Tensor(values, [changes.count, 1, side, side])
    }
}
