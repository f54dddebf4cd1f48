import Formats
import Foundation

/// The part of a picture that becomes a crop.
enum CropFrame: Equatable {
    /// Whole pixels, inside the picture.
    case upright(PictureArea)
    /// A square turned by `angle` about `centre`, in pixels; it may leave the picture.
    case turned(centre: SIMD2<Double>, side: Double, angle: Double)

    /// Where the eyes of an aligned face lie, as fractions of the box's square: the left eye's x (the
    /// right one's is 1 - x) and the y of both.
    ///
    /// They are the medians of 594 upright faces of press photographs, so that an aligned crop shows as
    /// much as one that is not.
    static let eyes = (x: 0.325, y: 0.38)

    /// How much smaller or larger than the box's square the eyes may make the crop. A face in profile,
    /// whose eyes lie close together, would otherwise fill far more than the crop.
    static let scaling = 0.5...1.3334

    /// The frame of a face, by the options.
    static func around(_ face: Face, _ options: CropOptions, width: Int, height: Int) -> CropFrame {
        options.align
            ? aligned(face, margin: options.margin)
            : .upright(area(face.box, options, width: width, height: height))
    }

    /// The largest square in the middle of a picture.
    static func centre(width: Int, height: Int) -> CropFrame {
        let side = min(width, height)
        return .upright(PictureArea(centreOf: (width, height), width: side, height: side))
    }

    /// The box with its margin, made square if asked, as whole pixels inside the picture; at least one.
    private static func area(
        _ box: FaceBox, _ options: CropOptions, width: Int, height: Int
    ) -> PictureArea {
        let wide = Double(box.width) * (1 + 2 * options.margin)
        let high = Double(box.height) * (1 + 2 * options.margin)
        let middle = SIMD2<Double>(box.centre)
        guard options.square else {
            let (x, w) = span(middle.x, wide, limit: width)
            let (y, h) = span(middle.y, high, limit: height)
            return PictureArea(x: x, y: y, width: w, height: h)
        }
        let side = max(1, min(whole(max(wide, high)), width, height))
        return PictureArea(
            x: min(max(0, whole(middle.x - Double(side) / 2)), width - side),
            y: min(max(0, whole(middle.y - Double(side) / 2)), height - side),
            width: side, height: side)
    }

    /// Whole pixels about `middle`, cut at 0 and `limit`.
    private static func span(_ middle: Double, _ size: Double, limit: Int) -> (Int, Int) {
        let start = min(max(0, whole(middle - size / 2)), limit - 1)
        let end = min(max(start + 1, whole(middle + size / 2)), limit)
        return (start, end - start)
    }

    /// The similarity that takes the eyes to their places: both eyes fix angle, scale and position.
    private static func aligned(_ face: Face, margin: Double) -> CropFrame {
        let left = SIMD2<Double>(face.landmarks.leftEye)
        let right = SIMD2<Double>(face.landmarks.rightEye)
        let across = right - left
        let distance = (across * across).sum().squareRoot()
        let square = Double(max(face.box.width, face.box.height))
        let wanted = distance / (1 - 2 * eyes.x)
        let inner = min(max(wanted, square * scaling.lowerBound), square * scaling.upperBound)
        let angle = distance > 0 ? atan2(across.y, across.x) : 0
        let down = SIMD2(-sin(angle), cos(angle)) * ((0.5 - eyes.y) * inner)
        return .turned(
            centre: (left + right) / 2 + down, side: max(1, inner * (1 + 2 * margin)), angle: angle)
    }

    /// The nearest whole number, within what pictures can have.
    private static func whole(_ value: Double) -> Int {
        value.isNaN ? 0 : Int(min(max(value, -1e9), 1e9).rounded())
    }
}
