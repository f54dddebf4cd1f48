import Comparing
import Testing
import Torch

@testable import Generating

/// Differentiable augmentation against the same pixel by pixel.
@Suite struct AugmentationTests {
    private static let side = 16

    private func picture(_ seed: Int) -> [Float] {
        (0..<3 * Self.side * Self.side).map { Float(($0 * 37 + seed * 101) % 200) / 100 - 1 }
    }

    /// The slow plain version.
    private func changed(_ x: [Float], _ change: DifferentiableAugmentation.Change) -> [Float] {
        let (side, plane) = (Self.side, Self.side * Self.side)
        var y = x.map { Double($0) + change.brightness }
        for pixel in 0..<plane {
            let grey = (y[pixel] + y[plane + pixel] + y[2 * plane + pixel]) / 3
            for colour in 0..<3 {
                let place = colour * plane + pixel
                y[place] = (y[place] - grey) * change.saturation + grey
            }
        }
        let mean = y.reduce(0, +) / Double(y.count)
        y = y.map { ($0 - mean) * change.contrast + mean }
        return (0..<3 * plane).map { place in
            let (row, column) = (place % plane / side, place % side)
            if let hole = change.hole, (hole.row..<hole.row + side / 2).contains(row),
                (hole.column..<hole.column + side / 2).contains(column)
            {
                return 0
            }
            let (from, left) = (row - change.down, column - change.right)
            guard (0..<side).contains(from), (0..<side).contains(left) else { return 0 }
            return Float(y[place / plane * plane + from * side + left])
        }
    }

    @Test func itIsWhatPixelsSay() throws {
        var augmentation = DifferentiableAugmentation(side: Self.side, seed: 1, epoch: 2)
        let changes = augmentation.changes(12)
        let pictures = (0..<12).map(picture)
        let x = try Tensor(pictures.flatMap { $0 }, [12, 3, Self.side, Self.side])
        let found: [Float] = try DifferentiableAugmentation.apply(changes, to: x).values()
        let expected = zip(pictures, changes).flatMap { changed($0, $1) }
        #expect(largestDifference(found, expected) < 1e-5)
        // They do differ, in all ways.
        #expect(Set(changes.map(\.down)).count > 2)
        #expect(changes.contains { $0.hole?.row ?? 0 < 0 })
        #expect(changes.allSatisfy { abs($0.down) <= 2 && abs($0.right) <= 2 })
    }

    @Test func theSameSeedAndEpochDrawTheSame() {
        var (a, b) = (
            DifferentiableAugmentation(side: 16, seed: 1, epoch: 2),
            DifferentiableAugmentation(side: 16, seed: 1, epoch: 2)
        )
        var other = DifferentiableAugmentation(side: 16, seed: 1, epoch: 3)
        let first = a.changes(4)
        #expect(first == b.changes(4))
        #expect(first != other.changes(4))
        #expect(first != a.changes(4))
    }

    @Test func gradientsPass() throws {
        var change = DifferentiableAugmentation.Change()
        (change.down, change.contrast) = (2, 1.5)
        let x = try Tensor(picture(0), [1, 3, 16, 16]).requiresGrad_()
        try DifferentiableAugmentation.apply([change], to: x).sum().backward()
        let gradient: [Float] = try #require(x.grad).values()
        // What is moved out of the frame is pulled through the mean alone.
        #expect(gradient[0] > 1.4 - 0.6 && gradient[0] < 1.6)
        #expect(abs(gradient[15 * 16]) < 0.5)
    }
}
