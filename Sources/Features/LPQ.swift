import Formats

/// Local phase quantization: a histogram of 8-bit codes of the phase around every pixel.
///
/// The short-term Fourier transform with a uniform window of `size` x `size` pixels,
/// `F(u, x) = sum over y of f(x - y) exp(-2 pi i u.y)`, is taken at the four frequencies
/// `(a, 0), (0, a), (a, a), (a, -a)` (horizontal, vertical), `a = 1 / size`. The signs of its real
/// and imaginary parts, whitened when `decorrelate` is on, are the bits of the code: 1 where >= 0.
/// Positions where the window would leave the picture get no code.
///
/// Ojansivu & Heikkila, Blur Insensitive Texture Classification Using Local Phase Quantization,
/// ICISP 2008.
package struct LPQ: Sendable {
    /// What the description depends on.
    package struct Options: Sendable, Hashable, Codable {
        /// Width and height of the window in pixels: odd, 3 to 31.
        package var size = 7
        /// Whether the eight numbers are whitened before they are quantized.
        package var decorrelate = true
        /// Assumed correlation of neighbouring pixels, in (0, 1); used only to whiten.
        package var correlation = 0.9

        package init() {}
    }

    /// Number of codes, and so of bins.
    package static let codeCount = 256

    package let options: Options
    let basis: LPQBasis

    /// - Throws: `FeatureError.badOption` for an even or too large window or a bad correlation,
    ///   `.noEigenvectors` if libtorch cannot make the whitening.
    package init(_ options: Options = Options()) throws(FeatureError) {
        guard options.size % 2 == 1, (3...31).contains(options.size) else {
            throw .badOption(
                name: "LPQ window", value: "\(options.size)",
                expected: "an odd number from 3 to 31")
        }
        guard options.correlation > 0, options.correlation < 1 else {
            throw .badOption(
                name: "LPQ correlation", value: "\(options.correlation)",
                expected: "a number between 0 and 1")
        }
        self.options = options
        basis = try LPQBasis(options)
    }

    /// The share of each of the 256 codes in a grey picture; the shares add up to 1.
    ///
    /// - Throws: `FeatureError` if the picture is not grey, or smaller than the window.
    package func histogram(of picture: Picture) throws(FeatureError) -> [Double] {
        var counts = [Int](repeating: 0, count: Self.codeCount)
        try eachRow(of: picture) { codes in
            for code in codes { counts[Int(code)] &+= 1 }
        }
        let total = Double(counts.reduce(0, +))
        return counts.map { Double($0) / total }
    }

    /// The code of every window, row by row: `(height - size + 1) * (width - size + 1)` codes.
    ///
    /// - Throws: `FeatureError` if the picture is not grey, or smaller than the window.
    package func codes(of picture: Picture) throws(FeatureError) -> [UInt8] {
        var all: [UInt8] = []
        try eachRow(of: picture) { all.append(contentsOf: $0) }
        return all
    }

    /// Computes the codes one row at a time and hands each row to `body`.
    private func eachRow(
        of picture: Picture, _ body: (UnsafeBufferPointer<UInt8>) -> Void
    ) throws(FeatureError) {
        guard picture.channels == 1 else { throw .notGrey(channels: picture.channels) }
        try checkSize(width: picture.width, height: picture.height)
        let rows = picture.pixels.withUnsafeBufferPointer {
            LPQRows(basis: basis, width: picture.width, height: picture.height, pixels: $0)
        }
        for top in 0...(picture.height - options.size) { body(rows.codes(top: top)) }
    }

    /// - Throws: `FeatureError.tooSmall` if the window is larger than the picture.
    func checkSize(width: Int, height: Int) throws(FeatureError) {
        guard min(width, height) >= options.size else {
            throw .tooSmall(descriptor: "LPQ", width: width, height: height, least: options.size)
        }
    }
}
