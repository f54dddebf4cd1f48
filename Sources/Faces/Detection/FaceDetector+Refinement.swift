import Formats

extension FaceDetector {
    /// Second stage: boxes that the second network keeps, corrected and squared.
    func refined(_ picture: Picture, _ candidates: [Candidate]) -> [Candidate] {
        let kept = candidates.compactMap { candidate -> Candidate? in
            guard let values = look(at: candidate.box, in: picture, networks.rnet) else {
                return nil
            }
            let score = faceProbability(values[0], values[1])
            guard score > settings.thresholds[1] else { return nil }
            return Candidate(box: candidate.box, score: score, offsets: Self.offsets(values))
        }
        return Candidate.best(of: kept, overlap: 0.7).map { candidate in
            var next = candidate
            next.box = candidate.box.moved(by: candidate.offsets, extra: 1).squared()
            return next
        }
    }

    /// Third stage: faces with landmarks.
    func output(_ picture: Picture, _ candidates: [Candidate]) -> [Face] {
        let faces = candidates.compactMap { candidate -> Face? in
            guard let values = look(at: candidate.box, in: picture, networks.onet) else {
                return nil
            }
            let score = faceProbability(values[0], values[1])
            guard score > settings.thresholds[2] else { return nil }
            let face = Face(
                box: candidate.box.moved(by: Self.offsets(values), extra: 1), score: score,
                landmarks: Self.landmarks(values, candidate.box))
            // Only weights that no training gives can make numbers overflow.
            return face.isFinite ? face : nil
        }
        return Suppression.minimum(faces.map(\.box), scores: faces.map(\.score), above: 0.7)
            .map { faces[$0] }
    }

    /// A network's outputs for the pixels under a box; nil where the picture has none there.
    private func look<Network: BoxNetwork>(
        at box: FaceBox, in picture: Picture, _ network: Network
    ) -> UnsafePointer<Float>? {
        guard let area = box.pixels(width: picture.width, height: picture.height) else {
            return nil
        }
        let side = Network.side
        maps.input.reshape(height: side, width: side, channels: 3)
        resampler.start(area, width: side, height: side)
        for y in 0..<side { resampler.row(y, of: picture, into: maps.input.row(y)) }
        return network(maps, kernels)
    }

    private static func offsets(_ values: UnsafePointer<Float>) -> SIMD4<Float> {
        [values[2], values[3], values[4], values[5]]
    }

    /// Fractions of the box to pixels; sides are counted in pixels.
    private static func landmarks(
        _ values: UnsafePointer<Float>, _ box: FaceBox
    ) -> FaceLandmarks {
        func point(_ index: Int) -> SIMD2<Float> {
            [
                (box.width + 1) * values[6 + index] + box.x1 - 1,
                (box.height + 1) * values[11 + index] + box.y1 - 1,
            ]
        }
        return FaceLandmarks(
            leftEye: point(0), rightEye: point(1), nose: point(2), leftMouth: point(3),
            rightMouth: point(4))
    }
}
