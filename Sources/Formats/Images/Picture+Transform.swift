extension Picture {
    /// The picture turned upright by an EXIF orientation (1...8; anything else leaves it as it is).
    package func upright(_ orientation: Int) -> Picture {
        let (w, h) = (width, height)
        switch orientation {
        case 2: return remapped(w, h) { (w - 1 - $0, $1) }
        case 3: return remapped(w, h) { (w - 1 - $0, h - 1 - $1) }
        case 4: return remapped(w, h) { ($0, h - 1 - $1) }
        case 5: return remapped(h, w) { ($1, $0) }
        case 6: return remapped(h, w) { ($1, h - 1 - $0) }
        case 7: return remapped(h, w) { (w - 1 - $1, h - 1 - $0) }
        case 8: return remapped(h, w) { (w - 1 - $1, $0) }
        default: return self
        }
    }

    /// A new picture whose pixel (x, y) is this one's at `source(x, y)`.
    private func remapped(
        _ width: Int, _ height: Int, _ source: (Int, Int) -> (x: Int, y: Int)
    ) -> Picture {
        var out = [UInt8](repeating: 0, count: pixels.count)
        for y in 0..<height {
            for x in 0..<width {
                let (sx, sy) = source(x, y)
                for c in 0..<channels {
                    out[(y * width + x) * channels + c] =
                        pixels[(sy * self.width + sx) * channels + c]
                }
            }
        }
        return Picture(width: width, height: height, channels: channels, pixels: out)
    }

    /// Grey by ITU-R 601: `(19595 R + 38470 G + 7471 B + 32768) / 65536`, as PIL's mode `L`.
    package func grey() -> Picture {
        guard channels == 3 else { return self }
        let count = width * height
        let out = [UInt8](unsafeUninitializedCapacity: count) { out, filled in
            pixels.withUnsafeBufferPointer { rgb in
                for i in 0..<count {
                    let sum =
                        19595 * UInt32(rgb[3 * i]) + 38470 * UInt32(rgb[3 * i + 1])
                        + 7471 * UInt32(rgb[3 * i + 2]) + 32768
                    out[i] = UInt8(truncatingIfNeeded: sum >> 16)
                }
            }
            filled = count
        }
        return Picture(width: width, height: height, channels: 1, pixels: out)
    }

    /// The part of the picture under `area`; where that leaves the picture it is black.
    package func cropped(to area: PictureArea) -> Picture {
        var out = [UInt8](repeating: 0, count: area.width * area.height * channels)
        let columns = area.columns.clamped(to: 0..<width)
        for y in area.rows.clamped(to: 0..<height) where !columns.isEmpty {
            let from = (y * width + columns.lowerBound) * channels
            let to = ((y - area.y) * area.width + columns.lowerBound - area.x) * channels
            let count = columns.count * channels
            out.replaceSubrange(to..<to + count, with: pixels[from..<from + count])
        }
        return Picture(width: area.width, height: area.height, channels: channels, pixels: out)
    }

    /// The middle `width` x `height`, as torchvision's `CenterCrop`; black outside.
    package func centreCropped(width: Int, height: Int) -> Picture {
        cropped(
            to: PictureArea(
                centreOf: (self.width, self.height), width: width, height: height))
    }
}
