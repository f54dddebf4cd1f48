import Formats
import Foundation
import Models
import Testing
import Torch

@testable import pretrain

/// `Tools/pretrain`: labels follow what is shown, and a training goes on where it was ended.
@Suite struct PretrainTests {
    /// Three landmarks: one in the middle, and a pair of mirror images.
    private static let mirror = [0, 2, 1]
    private static let side = 16

    /// A picture that is bright at its left edge, of person `k / 2`.
    private static func picture(_ k: Int) -> SourcePicture {
        let pixels = (0..<side * side * 3).map { UInt8(255 - ($0 / 3 % side) * 12 - k) }
        let move = Float(k) * 0.01
        return SourcePicture(
            pixels: Data(pixels), person: k / 2, female: Float(k % 2), age: 20 + Float(k),
            pose: [10 + Float(k), 5, 3], light: [0.6, 0, 0.8],
            points: [0.5, 0.5, 0.25, 0.75 + move, 0.7, 0.8],
            solid: [0, 0, 1, -0.2 - move, -0.3, 0.8, 0.25, -0.3, 0.8])
    }

    private static func batches(_ count: Int) -> SourceBatches {
        SourceBatches(
            (0..<count).map(picture), side: side,
            targets: SourceTargets(mirror: mirror, people: (count + 1) / 2))
    }

    private static func columns(_ name: String, of row: [Float]) -> [Float] {
        var start = 0
        for group in batches(2).targets.groups {
            if group.name == name { return Array(row[start..<start + group.width]) }
            start += group.width
        }
        return []
    }

    private func close(_ a: [Float], _ b: [Float]) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-5 }
    }

    @Test func aMirroredViewMirrorsItsLabels() {
        var flipped = View.whole
        flipped.isFlipped = true
        let batches = Self.batches(2)
        let (straight, mirrored) = (batches.row(0, .whole), batches.row(0, flipped))
        let pose = Self.columns("pose", of: mirrored)
        #expect(pose == [-10, 5, -3])
        #expect(Self.columns("light", of: mirrored) == [-0.6, 0, 0.8])
        #expect(
            close(Self.columns("solid", of: mirrored), [0, 0, 1, -0.25, -0.3, 0.8, 0.2, -0.3, 0.8]))
        let (a, b) = (
            Self.columns("points", of: straight), Self.columns("points", of: mirrored)
        )
        #expect(close([b[0], b[2], b[4]], [-a[0], -a[4], -a[2]]))
        #expect(close([b[1], b[3], b[5]], [a[1], a[5], a[3]]))
    }

    /// A landmark stays over the pixel it was over, whatever part is shown.
    @Test func landmarksFollowTheView() {
        var part = View.whole
        (part.left, part.top, part.side) = (0.25, 0.5, 0.5)
        let row = Self.batches(2).row(0, part)
        let points = Self.columns("points", of: row), centre = Self.columns("centre", of: row)
        #expect(close([points[0] + centre[0], points[1] + centre[1]], [0.5, 0]))
        #expect(close([points[2] + centre[0], points[3] + centre[1]], [0, 0.5]))
    }

    @Test func picturesAreShownAndMirrored() {
        let picture = Self.picture(0), size = 8
        func shown(_ view: View) -> [Float] {
            [Float](unsafeUninitializedCapacity: 3 * size * size) { buffer, count in
                if let base = buffer.baseAddress {
                    view.render(picture.pixels, picture: Self.side, size: size, into: base)
                }
                count = 3 * size * size
            }
        }
        var flipped = View.whole
        flipped.isFlipped = true
        let (straight, mirrored) = (shown(.whole), shown(flipped))
        #expect(straight[0] > straight[size - 1])
        for y in 0..<size {
            let row = Array(straight[y * size..<(y + 1) * size])
            #expect(close(row.reversed(), Array(mirrored[y * size..<(y + 1) * size])))
        }
        let mean = (255 - 12 * 0.5) / 255 as Float
        #expect(abs(straight[0] - (mean - View.mean[0]) / View.deviation[0]) < 1e-3)
    }

    @Test func whatNeverMovesCountsLittle() {
        let scaling = Scaling([[1, 0], [1, 2]])
        #expect(scaling.deviation == [Scaling.least, 1])
        #expect(scaling.apply([1, 100]) == [0, Scaling.limit])
    }

    /// Two epochs at once and two with an interruption between them give the same bits.
    @Test func anInterruptedTrainingGoesOnExactly() throws {
        var options = SourceOptions()
        (options.epochs, options.batchSize, options.sizes) = (2, 4, [32])
        let batches = Self.batches(8)
        let scaling = batches.scaling(of: 0..<8)
        func trainer() throws -> SourceTrainer {
            try SourceTrainer(options, batches.targets, scaling)
        }
        let whole = try trainer()
        let first = try whole.run(batches, Array(0..<8)) { _, _ in }
        let second = try whole.run(batches, Array(0..<8)) { _, _ in }
        #expect(first.isFinite && second.isFinite && second != first)
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let halted = try trainer()
        _ = try halted.run(batches, Array(0..<8)) { _, _ in }
        try SourceCheckpoint.write(halted, source: 7, to: folder)
        let resumed = try trainer()
        try SourceCheckpoint.resume(resumed, source: 7, from: folder)
        _ = try resumed.run(batches, Array(0..<8)) { _, _ in }
        #expect(try resumed.network.state.isBitwiseEqual(to: whole.network.state))
        #expect(throws: PretrainError.self) {
            try SourceCheckpoint.resume(trainer(), source: 8, from: folder)
        }
    }
}
