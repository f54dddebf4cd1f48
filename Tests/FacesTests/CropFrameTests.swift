import Formats
import Foundation
import Testing

@testable import Faces

/// Which part of a picture becomes the crop, and how it is sampled.
struct CropFrameTests {
    private static func face(
        _ x1: Float, _ y1: Float, _ x2: Float, _ y2: Float, score: Float = 1,
        eyes: (SIMD2<Float>, SIMD2<Float>)? = nil
    ) -> Face {
        let eyes = eyes ?? ([x1, y1], [x2, y1])
        return Face(
            box: FaceBox(x1: x1, y1: y1, x2: x2, y2: y2), score: score,
            landmarks: FaceLandmarks(
                leftEye: eyes.0, rightEye: eyes.1, nose: [0, 0], leftMouth: [0, 0],
                rightMouth: [0, 0]))
    }

    private static func options(_ change: (inout CropOptions) -> Void) -> CropOptions {
        var options = CropOptions()
        change(&options)
        return options
    }

    private static func area(
        _ face: Face, margin: Double, square: Bool, width: Int = 100, height: Int = 80
    ) -> PictureArea? {
        let options = options {
            $0.margin = margin
            $0.square = square
        }
        guard
            case .upright(let area) = CropFrame.around(face, options, width: width, height: height)
        else { return nil }
        return area
    }

    @Test func boxAndMargin() {
        let face = Self.face(20, 10, 40, 50)
        #expect(
            Self.area(face, margin: 0, square: false)
                == PictureArea(x: 20, y: 10, width: 20, height: 40))
        #expect(
            Self.area(face, margin: 0.25, square: false)
                == PictureArea(x: 15, y: 0, width: 30, height: 60))
        #expect(
            Self.area(face, margin: 0, square: true)
                == PictureArea(x: 10, y: 10, width: 40, height: 40))
    }

    @Test func theEdgeCutsOrShifts() {
        let face = Self.face(-10, -20, 30, 40)
        #expect(
            Self.area(face, margin: 0, square: false)
                == PictureArea(x: 0, y: 0, width: 30, height: 40))
        #expect(
            Self.area(face, margin: 0, square: true)
                == PictureArea(x: 0, y: 0, width: 60, height: 60))
        #expect(
            Self.area(Self.face(80, 60, 120, 100), margin: 0, square: true)
                == PictureArea(x: 60, y: 40, width: 40, height: 40))
        // No larger than the picture.
        #expect(
            Self.area(Self.face(0, 0, 500, 500), margin: 2, square: true)
                == PictureArea(x: 20, y: 0, width: 80, height: 80))
    }

    @Test func everyFrameLiesInsideThePicture() {
        let numbers = noise(width: 400, height: 1, seed: 9).map { Float($0) * 2 - 200 }
        for i in 0..<290 {
            let (x, y) = (numbers[4 * i], numbers[4 * i + 1])
            let (w, h) = (abs(numbers[4 * i + 2]), abs(numbers[4 * i + 3]))
            for (width, height) in [(1, 1), (3, 200), (150, 40)] {
                for square in [false, true] {
                    let area = Self.area(
                        Self.face(x, y, x + w, y + h), margin: 0.3, square: square, width: width,
                        height: height)
                    guard let area else { continue }
                    let inside =
                        area.x >= 0 && area.y >= 0 && area.width >= 1 && area.height >= 1
                        && area.x + area.width <= width && area.y + area.height <= height
                    #expect(inside && (!square || area.width == area.height))
                }
            }
        }
    }

    @Test(arguments: [0.0, 0.4, -0.7, 3.0])
    func alignmentPutsTheEyesInPlace(angle: Double) throws {
        let (middle, distance) = (SIMD2<Double>(200, 150), 35.0)
        let half = SIMD2(cos(angle), sin(angle)) * (distance / 2)
        let eyes = (SIMD2<Float>(middle - half), SIMD2<Float>(middle + half))
        let face = Self.face(150, 100, 250, 200, eyes: eyes)
        for margin in [0, 0.5] {
            let options = Self.options {
                $0.align = true
                $0.margin = margin
            }
            let frame = CropFrame.around(face, options, width: 400, height: 300)
            guard case .turned(let centre, let side, let turn) = frame else {
                Issue.record("not turned: \(frame)")
                return
            }
            // A point of the picture in fractions of the crop.
            func place(_ point: SIMD2<Float>) -> SIMD2<Double> {
                let d = SIMD2<Double>(point) - centre
                let x = d.x * cos(turn) + d.y * sin(turn)
                let y = -d.x * sin(turn) + d.y * cos(turn)
                return SIMD2(x, y) / side + 0.5
            }
            let shrunk = 1 / (1 + 2 * margin)
            let left = SIMD2(0.5 + (CropFrame.eyes.x - 0.5) * shrunk, 0.5 - 0.12 * shrunk)
            let error = place(eyes.0) - left
            #expect((error * error).sum() < 1e-10)
            let other = place(eyes.1) - SIMD2(1 - left.x, left.y)
            #expect((other * other).sum() < 1e-10)
        }
    }

    @Test func aProfileKeepsTheBoxsScale() {
        let close: (SIMD2<Float>, SIMD2<Float>) = ([99, 50], [101, 50])
        let options = Self.options {
            $0.align = true
            $0.margin = 0
        }
        for eyes in [close, (close.0, close.0)] {
            let frame = CropFrame.around(
                Self.face(50, 0, 150, 100, eyes: eyes), options, width: 200, height: 200)
            guard case .turned(_, let side, let angle) = frame else {
                Issue.record("not turned")
                return
            }
            #expect(side == 50 && angle == 0)
        }
    }

    @Test func choices() throws {
        let faces = [
            Self.face(0, 0, 40, 40, score: 0.8), Self.face(45, 35, 60, 50, score: 0.9),
            Self.face(80, 0, 95, 15, score: 0.99),
        ]
        func index(_ name: String) throws -> Int? {
            try FaceChoice.named(name).index(of: faces, width: 100, height: 80)
        }
        #expect(try index("largest") == 0)
        #expect(try index("central") == 1)
        #expect(try index("confident") == 2)
        // Of equal faces the first, which is the larger.
        let twins = [faces[0], faces[0], faces[0]]
        for choice in FaceChoice.all {
            #expect(choice.index(of: [], width: 10, height: 10) == nil)
            #expect(choice.index(of: twins, width: 100, height: 80) == 0)
        }
        #expect(throws: FaceError("no face choice 'x'. Face choices: largest, central, confident"))
        {
            try FaceChoice.named("x")
        }
    }
}

/// Sampling of turned squares.
struct TurnedPictureTests {
    @Test func withoutTurningItIsTheSamePixels() {
        let picture = noisePicture(width: 9, height: 9, seed: 4)
        #expect(picture.turned(centre: [4.5, 4.5], side: 9, angle: 0, size: 9) == picture)
        let part = picture.turned(centre: [4, 5], side: 4, angle: 0, size: 4)
        #expect(part == picture.cropped(to: PictureArea(x: 2, y: 3, width: 4, height: 4)))
    }

    @Test func aQuarterTurn() {
        let picture = noisePicture(width: 6, height: 6, seed: 5)
        // The crop's right points down in the picture: its pixel (i, j) is the picture's (5 - j, i).
        let turned = picture.turned(centre: [3, 3], side: 6, angle: .pi / 2, size: 6)
        let expected = (0..<36).flatMap { index in
            let (i, j) = (index % 6, index / 6)
            return (0..<3).map { picture.pixels[(i * 6 + 5 - j) * 3 + $0] }
        }
        #expect(turned.pixels == expected)
    }

    @Test func halfTheSizeIsTheMeanOfFour() {
        let picture = noisePicture(width: 8, height: 8, seed: 6)
        let small = picture.turned(centre: [4, 4], side: 8, angle: 0, size: 4)
        for index in 0..<16 {
            for c in 0..<3 {
                let sum = [0, 1, 8, 9].reduce(0) { sum, next in
                    let at = (index / 4 * 16 + index % 4 * 2 + next) * 3
                    return sum + Int(picture.pixels[at + c])
                }
                #expect(Int(small.pixels[index * 3 + c]) == (sum + 2) / 4)
            }
        }
    }

    @Test func outsideTheEdgeIsRepeated() {
        let picture = plainPicture(width: 3, height: 2, value: 77)
        let crop = picture.turned(centre: [-50, 90], side: 30, angle: 1, size: 7)
        #expect(crop == plainPicture(width: 7, height: 7, value: 77))
        let grey = plainPicture(width: 3, height: 2, value: 9, channels: 1)
        #expect(grey.turned(centre: [1, 1], side: 2, angle: 0.3, size: 2).pixels == [9, 9, 9, 9])
    }
}
