/// A decoded picture: 8 bits a channel, rows from the top, channels interleaved.
package struct Picture: Sendable, Equatable {
    /// Width in pixels.
    package let width: Int
    /// Height in pixels.
    package let height: Int
    /// 3 for RGB, 1 for grey.
    package let channels: Int
    /// `height * width * channels` values: pixel (x, y), channel c is at
    /// `(y * width + x) * channels + c`.
    package var pixels: [UInt8]

    package init(width: Int, height: Int, channels: Int, pixels: [UInt8]) {
        precondition(pixels.count == width * height * channels, "pixels do not fill the picture")
        self.width = width
        self.height = height
        self.channels = channels
        self.pixels = pixels
    }
}
