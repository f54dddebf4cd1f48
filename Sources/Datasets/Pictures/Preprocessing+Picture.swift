import Formats

extension Preprocessing {
    /// Bytes of one prepared picture: height x width x RGB.
    package var byteCount: Int { height * width * 3 }

    /// Resizes an RGB picture as described and writes it, height x width x 3, to `destination`.
    package func prepare(
        _ picture: Picture, with resizer: Resizer, into destination: UnsafeMutablePointer<UInt8>
    ) {
        guard let shorterSide else {
            resizer.resize(picture, width: width, height: height, into: destination)
            return
        }
        let size = picture.size(shorterSide: shorterSide)
        resizer.resize(
            picture, width: size.width, height: size.height,
            window: PictureArea(centreOf: size, width: width, height: height), into: destination)
    }

    /// One picture prepared on its own; for many use a `PictureStore`.
    package func prepared(_ picture: Picture) -> Picture {
        let pixels = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, filled in
            if let base = buffer.baseAddress {
                prepare(picture, with: Resizer(), into: base)
            }
            filled = byteCount
        }
        return Picture(width: width, height: height, channels: 3, pixels: pixels)
    }
}
