import Formats
import Testing

@testable import Faces

/// Boxes and non-maximum suppression against plain versions of facenet-pytorch's rules.
struct BoxTests {
    /// Boxes by a hash: many overlap, many scores are equal.
    private static func boxes(_ count: Int, seed: UInt32) -> ([FaceBox], [Float]) {
        let bytes = noise(width: 2 * count, height: 1, seed: seed).map(Float.init)
        let boxes = (0..<count).map { i in
            let (x, y) = (bytes[6 * i] / 4, bytes[6 * i + 1] / 4)
            let (w, h) = (8 + bytes[6 * i + 2] / 8, 8 + bytes[6 * i + 3] / 8)
            return FaceBox(x1: x, y1: y, x2: x + w, y2: y + h)
        }
        return (boxes, (0..<count).map { (bytes[6 * $0 + 4] / 32).rounded(.down) / 8 })
    }

    /// Takes the best of those left, then strikes out what overlaps it, until none is left.
    private static func plain(
        _ scores: [Float], laterFirst: Bool, overlaps: (Int, Int) -> Bool
    ) -> [Int] {
        var left = Array(scores.indices)
        var taken: [Int] = []
        while !left.isEmpty {
            var best = left[0]
            for i in left.dropFirst()
            where scores[i] > scores[best] || (laterFirst && scores[i] == scores[best]) {
                best = i
            }
            taken.append(best)
            left.removeAll { $0 == best || overlaps(best, $0) }
        }
        return taken
    }

    @Test(arguments: 0..<40)
    func suppression(count: Int) {
        let (boxes, scores) = Self.boxes(count, seed: UInt32(count))
        func shared(_ a: FaceBox, _ b: FaceBox, _ extra: Float) -> Float {
            max(0, min(a.x2, b.x2) - max(a.x1, b.x1) + extra)
                * max(0, min(a.y2, b.y2) - max(a.y1, b.y1) + extra)
        }
        for limit: Float in [0.1, 0.5, 0.7] {
            let union = Self.plain(scores, laterFirst: false) { i, j in
                let (a, b) = (boxes[i], boxes[j])
                let both = (a.x2 - a.x1) * (a.y2 - a.y1) + (b.x2 - b.x1) * (b.y2 - b.y1)
                return Double(shared(a, b, 0) / (both - shared(a, b, 0))) > Double(limit)
            }
            #expect(
                Suppression.union(boxes, scores: scores, above: Double(limit)) == union)
            let minimum = Self.plain(scores, laterFirst: true) { i, j in
                let (a, b) = (boxes[i], boxes[j])
                let smaller = min(
                    (a.x2 - a.x1 + 1) * (a.y2 - a.y1 + 1), (b.x2 - b.x1 + 1) * (b.y2 - b.y1 + 1))
                return shared(a, b, 1) / smaller > limit
            }
            #expect(Suppression.minimum(boxes, scores: scores, above: limit) == minimum)
        }
    }

    @Test func aBoxInsideAnotherGoesOnlyByTheSmaller() {
        let outer = FaceBox(x1: 0, y1: 0, x2: 100, y2: 100)
        let inner = FaceBox(x1: 40, y1: 40, x2: 50, y2: 50)
        #expect(Suppression.union([outer, inner], scores: [1, 0.9], above: 0.5) == [0, 1])
        #expect(Suppression.minimum([outer, inner], scores: [1, 0.9], above: 0.7) == [0])
        #expect(Suppression.union([], scores: [], above: 0.5).isEmpty)
    }

    @Test func boxesThatAreEqualLeaveOne() {
        let box = FaceBox(x1: 3, y1: 4, x2: 30, y2: 40)
        let three = [box, box, box]
        #expect(Suppression.union(three, scores: [0.5, 0.5, 0.5], above: 0.7) == [0])
        #expect(Suppression.minimum(three, scores: [0.5, 0.5, 0.5], above: 0.7) == [2])
    }

    @Test func squares() {
        let box = FaceBox(x1: 10, y1: 20, x2: 20, y2: 60)
        #expect(box.squared() == FaceBox(x1: -5, y1: 20, x2: 35, y2: 60))
        #expect(box.squared().squared() == box.squared())
    }

    @Test func regression() {
        let box = FaceBox(x1: 10, y1: 20, x2: 19, y2: 39)
        let moved = box.moved(by: [0.1, 0.2, -0.1, 0.5], extra: 1)
        #expect(moved == FaceBox(x1: 11, y1: 24, x2: 18, y2: 49))
        let plain = box.moved(by: [1, 0, 0, -1], extra: 0)
        #expect(plain == FaceBox(x1: 19, y1: 20, x2: 19, y2: 20))
    }

    @Test func pixels() {
        func pixels(_ x1: Float, _ y1: Float, _ x2: Float, _ y2: Float) -> PictureArea? {
            FaceBox(x1: x1, y1: y1, x2: x2, y2: y2).pixels(width: 100, height: 50)
        }
        // Corners count from 1, cut towards zero.
        #expect(pixels(10.9, 5.2, 20.9, 9.9) == PictureArea(x: 9, y: 4, width: 11, height: 5))
        #expect(pixels(-7.9, -3, 400, 400) == PictureArea(x: 0, y: 0, width: 100, height: 50))
        #expect(pixels(1, 1, 1, 1) == PictureArea(x: 0, y: 0, width: 1, height: 1))
        #expect(pixels(101, 1, 120, 20) == nil)
        #expect(pixels(-20, -20, 0.5, 0.5) == nil)
        #expect(pixels(.nan, .nan, .nan, .nan) == nil)
        #expect(
            pixels(-.infinity, 1, .infinity, 2) == PictureArea(x: 0, y: 0, width: 100, height: 2))
    }

    @Test func probability() {
        #expect(faceProbability(0, 0) == 0.5)
        #expect(abs(faceProbability(1, 2) - 0.731_058_6) < 1e-6)
        #expect(faceProbability(-1e30, 1e30) == 1)
        #expect(faceProbability(1e30, -1e30) == 0)
    }
}
