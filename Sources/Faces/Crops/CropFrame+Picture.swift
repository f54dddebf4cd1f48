import Formats

extension CropFrame {
    /// The crop of a picture; its longer side is `size` where that is given.
    func crop(_ picture: Picture, size: Int?, _ resizer: Resizer) -> Picture {
        switch self {
        case .upright(let area):
            let whole = area.width == picture.width && area.height == picture.height
            return (whole ? picture : picture.cropped(to: area)).scaled(longerSide: size, resizer)
        case .turned(let centre, let side, let angle):
            let own = Int(min(max(1, side.rounded()), 4096))
            return picture.turned(centre: centre, side: side, angle: angle, size: size ?? own)
        }
    }
}

extension Picture {
    /// Resized so that the longer side has that many pixels and the shape stays.
    fileprivate func scaled(longerSide: Int?, _ resizer: Resizer) -> Picture {
        let longer = max(width, height)
        guard let side = longerSide, side != longer else { return self }
        let (w, h) = (scaled(width, side, longer), scaled(height, side, longer))
        let out = [UInt8](unsafeUninitializedCapacity: w * h * channels) { buffer, filled in
            if let base = buffer.baseAddress {
                resizer.resize(self, width: w, height: h, into: base)
            }
            filled = w * h * channels
        }
        return Picture(width: w, height: h, channels: channels, pixels: out)
    }

    /// `length * side / longer`, rounded, at least 1.
    private func scaled(_ length: Int, _ side: Int, _ longer: Int) -> Int {
        max(1, (length * side * 2 + longer) / (2 * longer))
    }
}
