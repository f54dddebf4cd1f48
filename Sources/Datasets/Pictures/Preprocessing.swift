/// How a picture becomes the network's input; it travels with every checkpoint.
///
/// `input[c, y, x] = (pixel[y, x, c] / 255 - mean[c]) / std[c]`.
package struct Preprocessing: Codable, Sendable, Equatable {
    /// How a picture of any shape gets the network's size.
    package enum Resize: String, Codable, Sendable, CaseIterable {
        /// Both sides to the target, whatever the proportions: torchvision's `Resize((h, w))`.
        case stretch
        /// `Resize(shorterSide)` then `CenterCrop((h, w))`.
        case shorterSideThenCentreCrop
    }

    /// Pixels of the network's input.
    package let height: Int
    package let width: Int
    package let resize: Resize
    /// The shorter side before the centre crop; only for `shorterSideThenCentreCrop`.
    package let shorterSide: Int?
    /// Mean of each channel (red, green, blue), on the scale 0...1.
    package let mean: [Double]
    /// Standard deviation of each channel, on the scale 0...1.
    package let std: [Double]

    /// - Parameter shorterSide: defaults to the larger of the two sides where it is needed.
    /// - Throws: `DatasetError` for sizes outside 1...4096, a crop larger than what it is cut from,
    ///   or constants that are not three finite numbers (deviations above zero).
    package init(
        height: Int, width: Int, resize: Resize = .stretch, shorterSide: Int? = nil,
        mean: [Double] = Self.imageNetMean, std: [Double] = Self.imageNetStd
    ) throws(DatasetError) {
        let cropping = resize == .shorterSideThenCentreCrop
        self.height = height
        self.width = width
        self.resize = resize
        self.shorterSide = cropping ? shorterSide ?? max(height, width) : nil
        self.mean = mean
        self.std = std
        try check()
    }

    /// ImageNet's constants at `size` x `size`, stretched.
    package static func imageNet(size: Int) throws(DatasetError) -> Preprocessing {
        try Preprocessing(height: size, width: size)
    }

    /// Means of ImageNet's training pictures, as torchvision's weights expect.
    package static let imageNetMean = [0.485, 0.456, 0.406]
    /// Standard deviations of ImageNet's training pictures, as torchvision's weights expect.
    package static let imageNetStd = [0.229, 0.224, 0.225]

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            height: values.decode(Int.self, forKey: .height),
            width: values.decode(Int.self, forKey: .width),
            resize: values.decode(Resize.self, forKey: .resize),
            shorterSide: values.decodeIfPresent(Int.self, forKey: .shorterSide),
            mean: values.decode([Double].self, forKey: .mean),
            std: values.decode([Double].self, forKey: .std))
    }

    private func check() throws(DatasetError) {
        let sides = [height, width, shorterSide ?? height]
        guard sides.allSatisfy((1...4096).contains) else {
            throw DatasetError(
                "pictures must be resized to 1 to 4096 pixels (`size`), found "
                    + Set(sides).sorted().map(String.init).joined(separator: ", "))
        }
        if let shorterSide, shorterSide < max(height, width) {
            throw DatasetError(
                "preprocessing: a \(width) x \(height) crop needs a shorter side of at least "
                    + "\(max(height, width)), found \(shorterSide)")
        }
        guard mean.count == 3, std.count == 3, mean.allSatisfy(\.isFinite),
            std.allSatisfy({ $0.isFinite && $0 > 0 })
        else {
            throw DatasetError(
                "preprocessing: expected three finite means and three positive deviations, "
                    + "found mean \(mean), std \(std)")
        }
    }
}
