/// A face found in a picture.
package struct Face: Sendable, Equatable, Codable {
    /// Where it is, in pixels of the picture; it may reach outside.
    package var box: FaceBox
    /// The last network's probability that it is a face, 0...1.
    package var score: Float
    /// Eyes, nose and corners of the mouth.
    package var landmarks: FaceLandmarks

    package init(box: FaceBox, score: Float, landmarks: FaceLandmarks) {
        self.box = box
        self.score = score
        self.landmarks = landmarks
    }

    /// Whether no number is infinite or NaN.
    var isFinite: Bool {
        [box.x1, box.y1, box.x2, box.y2].allSatisfy(\.isFinite)
            && landmarks.points.allSatisfy { $0.x.isFinite && $0.y.isFinite }
    }
}

/// The five points of a face, (x, y) in pixels; left and right are the viewer's.
package struct FaceLandmarks: Sendable, Equatable, Codable {
    package var leftEye: SIMD2<Float>
    package var rightEye: SIMD2<Float>
    package var nose: SIMD2<Float>
    package var leftMouth: SIMD2<Float>
    package var rightMouth: SIMD2<Float>

    /// From five points in MTCNN's order: left eye, right eye, nose, left and right corner of the mouth.
    package init(
        leftEye: SIMD2<Float>, rightEye: SIMD2<Float>, nose: SIMD2<Float>,
        leftMouth: SIMD2<Float>, rightMouth: SIMD2<Float>
    ) {
        self.leftEye = leftEye
        self.rightEye = rightEye
        self.nose = nose
        self.leftMouth = leftMouth
        self.rightMouth = rightMouth
    }

    /// The points in MTCNN's order.
    package var points: [SIMD2<Float>] { [leftEye, rightEye, nose, leftMouth, rightMouth] }

    /// Names of the points, in the order of `points`, as table columns use them.
    package static let names = ["left_eye", "right_eye", "nose", "left_mouth", "right_mouth"]
}
