import Formats

/// A box in pixels, with corners (x1, y1) and (x2, y2); x runs to the right and y down.
package struct FaceBox: Sendable, Equatable, Codable {
    package var x1: Float
    package var y1: Float
    package var x2: Float
    package var y2: Float

    package init(x1: Float, y1: Float, x2: Float, y2: Float) {
        self.x1 = x1
        self.y1 = y1
        self.x2 = x2
        self.y2 = y2
    }

    package var width: Float { x2 - x1 }
    package var height: Float { y2 - y1 }
    package var area: Float { width * height }
    package var centre: SIMD2<Float> { [(x1 + x2) / 2, (y1 + y2) / 2] }

    /// The box moved by a network's regression: each side by its offset times the box's size.
    ///
    /// - Parameter extra: 0 after the first network, 1 after the others (facenet-pytorch counts pixels
    ///   there, so a box is one wider than the difference of its corners).
    func moved(by offsets: SIMD4<Float>, extra: Float) -> FaceBox {
        let (w, h) = (width + extra, height + extra)
        return FaceBox(
            x1: x1 + offsets[0] * w, y1: y1 + offsets[1] * h, x2: x2 + offsets[2] * w,
            y2: y2 + offsets[3] * h)
    }

    /// The square about the same centre whose side is the longer one.
    func squared() -> FaceBox {
        let side = max(width, height)
        let left = x1 + width * 0.5 - side * 0.5
        let top = y1 + height * 0.5 - side * 0.5
        return FaceBox(x1: left, y1: top, x2: left + side, y2: top + side)
    }

    /// The pixels of a picture under the box, corners cut to whole numbers; nil where there are none.
    ///
    /// As facenet-pytorch: corners count from 1, so the pixel before x1 belongs to the box.
    func pixels(width: Int, height: Int) -> PictureArea? {
        let left = max(1, Self.whole(x1)) - 1
        let top = max(1, Self.whole(y1)) - 1
        let right = min(width, Self.whole(x2))
        let bottom = min(height, Self.whole(y2))
        guard right > left, bottom > top else { return nil }
        return PictureArea(x: left, y: top, width: right - left, height: bottom - top)
    }

    /// The number cut towards zero, kept within what an Int holds whatever the weights gave.
    private static func whole(_ value: Float) -> Int {
        value.isNaN ? 0 : Int(min(max(value, -1e9), 1e9))
    }
}
