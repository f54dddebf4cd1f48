/// A rectangle of pixels; (x, y) is its top left corner, which may lie outside a picture.
package struct PictureArea: Sendable, Equatable, Codable {
    package var x: Int
    package var y: Int
    package var width: Int
    package var height: Int

    package init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// The middle `width` x `height` of a picture, as torchvision's `CenterCrop`.
    ///
    /// Offsets round half to even; a smaller picture has `floor(missing / 2)` before it.
    package init(
        centreOf full: (width: Int, height: Int), width: Int, height: Int
    ) {
        func offset(_ full: Int, _ part: Int) -> Int {
            full < part
                ? -((part - full) / 2)
                : Int((Double(full - part) / 2).rounded(.toNearestOrEven))
        }
        self.init(
            x: offset(full.width, width), y: offset(full.height, height), width: width,
            height: height)
    }

    var columns: Range<Int> { x..<x + width }
    var rows: Range<Int> { y..<y + height }
}
