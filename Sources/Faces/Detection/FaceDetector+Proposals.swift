import Formats
import Foundation

extension FaceDetector {
    /// Windows of the first network, by 2 pixels of 12.
    private static let stride = 2
    private static let window = 12

    /// First stage: boxes that the first network proposes at any scale, corrected and squared.
    func proposals(_ picture: Picture) -> [Candidate] {
        var all: [Candidate] = []
        for scale in settings.scales(width: picture.width, height: picture.height) {
            all += Candidate.best(of: candidates(picture, scale), overlap: 0.5)
        }
        return Candidate.best(of: all, overlap: 0.7).map { candidate in
            var next = candidate
            next.box = candidate.box.moved(by: candidate.offsets, extra: 0).squared()
            return next
        }
    }

    /// The windows of one level whose probability reaches the threshold, in reading order.
    private func candidates(_ picture: Picture, _ scale: Double) -> [Candidate] {
        let width = Int(Double(picture.width) * scale + 1)
        let height = Int(Double(picture.height) * scale + 1)
        let whole = PictureArea(x: 0, y: 0, width: picture.width, height: picture.height)
        resampler.start(whole, width: width, height: height)
        var found: [Candidate] = []
        networks.pnet.scan(height: height, width: width, rows: rows, kernels) { y, out in
            resampler.row(y, of: picture, into: out)
        } visit: { row, windows, values in
            for column in 0..<windows {
                let v = values + column * PNet.outputStride
                let score = faceProbability(v[0], v[1])
                guard score >= settings.thresholds[0] else { continue }
                let box = Self.box(column: column, row: row, Float(scale))
                let offsets = SIMD4(v[2], v[3], v[4], v[5])
                found.append(Candidate(box: box, score: score, offsets: offsets))
            }
        }
        return found
    }

    /// The pixels of the picture under a window, as facenet-pytorch rounds them.
    private static func box(column: Int, row: Int, _ scale: Float) -> FaceBox {
        func pixel(_ index: Int, _ shift: Int) -> Float {
            (Float(stride * index + shift) / scale).rounded(.down)
        }
        return FaceBox(
            x1: pixel(column, 1), y1: pixel(row, 1), x2: pixel(column, window),
            y2: pixel(row, window))
    }
}

/// Softmax of two logits, the second's part.
func faceProbability(_ no: Float, _ yes: Float) -> Float {
    let top = max(no, yes)
    let (a, b) = (exp(no - top), exp(yes - top))
    return b / (a + b)
}
