extension Picture {
    /// The picture resized to exactly `width` x `height`, bilinear and antialiased.
    ///
    /// As torchvision's `Resize((height, width))` on a PIL image. For many pictures keep a
    /// `Resizer`.
    package func resized(width: Int, height: Int) -> Picture {
        resized(
            width: width, height: height,
            window: PictureArea(x: 0, y: 0, width: width, height: height))
    }

    /// The size whose shorter side is `side` and whose longer is `floor(side * longer / shorter)`.
    ///
    /// As torchvision's `Resize(side)`.
    package func size(shorterSide side: Int) -> (width: Int, height: Int) {
        let longer = max(width, height) * side / min(width, height)
        return width <= height ? (side, longer) : (longer, side)
    }

    /// `Resize(side)` followed by `CenterCrop((height, width))`; only the cropped part is computed.
    ///
    /// - Precondition: `side` is at least `width` and `height`.
    package func resized(
        shorterSide side: Int, thenCentreCrop width: Int, _ height: Int
    ) -> Picture {
        let size = size(shorterSide: side)
        return resized(
            width: size.width, height: size.height,
            window: PictureArea(centreOf: size, width: width, height: height))
    }

    private func resized(width: Int, height: Int, window: PictureArea) -> Picture {
        let count = window.width * window.height * channels
        let out = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            if let base = buffer.baseAddress {
                Resizer().resize(self, width: width, height: height, window: window, into: base)
            }
            filled = count
        }
        return Picture(
            width: window.width, height: window.height, channels: channels, pixels: out)
    }
}
