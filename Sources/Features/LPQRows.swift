/// The codes of one picture, a row at a time, from buffers that are reused for every row.
///
/// The transform is separable: down the columns first (a plain sum for frequency 0, a cosine and a
/// sine sum for frequency a), then along the row. The cosines of a whole period add up to 0, so
/// `sum cos(k) f(k) = sum over k > 0 of cos(k) (f(k) + f(-k) - 2 f(0))`: written so, a flat
/// patch gives exactly 0 rather than rounding noise with a random sign.
final class LPQRows {
    private let basis: LPQBasis
    private let width: Int
    private let outputWidth: Int
    private let plane: FloatRows
    /// Column sums at frequency 0, and real and imaginary part at frequency a.
    private let columns: FloatRows
    /// Real parts of F1...F4, then their imaginary parts, then two temporary rows.
    private let parts: FloatRows
    private let codeRow: UnsafeMutableBufferPointer<UInt8>

    init(basis: LPQBasis, width: Int, height: Int, pixels: UnsafeBufferPointer<UInt8>) {
        self.basis = basis
        self.width = width
        outputWidth = width - 2 * basis.radius
        plane = FloatRows(count: height, width: width)
        columns = FloatRows(count: 3, width: width)
        parts = FloatRows(count: 10, width: outputWidth)
        codeRow = .allocate(capacity: parts.stride)
        codeRow.initialize(repeating: 0)
        for y in 0..<height {
            let row = plane[y]
            for x in 0..<width { row[x] = Float(pixels[y * width + x]) }
        }
    }

    deinit { codeRow.deallocate() }

    /// The codes of the windows whose first row is `top`; valid until the next call.
    func codes(top: Int) -> UnsafeBufferPointer<UInt8> {
        transformColumns(centre: top + basis.radius)
        transformRow()
        quantize()
        return UnsafeBufferPointer(rebasing: codeRow[..<outputWidth])
    }

    /// Frequency 0 and a down every column around the row `centre`.
    private func transformColumns(centre: Int) {
        let (sum, real, imaginary) = (columns[0], columns[1], columns[2])
        copy(plane[centre], to: sum, width)
        columns.clear(1..<3)
        for k in 1...basis.radius {
            let (before, after) = (plane[centre - k], plane[centre + k])
            add(before, to: sum, width)
            add(after, to: sum, width)
            addEven(after, before, plane[centre], basis.cosines[k - 1], to: real, width)
            addOdd(after, before, basis.sines[k - 1], to: imaginary, width)
        }
    }

    /// Frequencies 0, a and -a along the row, of the three column transforms.
    private func transformRow() {
        parts.clear(0..<10)
        wave(columns[0], real: parts[0], imaginary: parts[4])
        for k in 0...(2 * basis.radius) {
            add(columns[1] + k, to: parts[1], outputWidth)
            add(columns[2] + k, to: parts[5], outputWidth)
        }
        wave(columns[1], real: parts[2], imaginary: parts[6])
        wave(columns[2], real: parts[8], imaginary: parts[9])
        // With V = R + iI down the columns and c, s the cosine and sine sums along the row:
        // F3 = c(V) + i s(V), and F4, at (a, -a), has the conjugate of V in V's place.
        let (cosR, sinR, cosI, sinI) = (parts[2], parts[6], parts[8], parts[9])
        let (real4, imaginary4) = (parts[3], parts[7])
        for x in 0..<outputWidth {
            let (a, b, c, d) = (cosR[x], sinR[x], cosI[x], sinI[x])
            cosR[x] = a - d
            sinR[x] = b + c
            real4[x] = a + d
            imaginary4[x] = b - c
        }
    }

    /// `sum f(x - k) exp(-2 pi i k / size)` along a row.
    private func wave(
        _ row: UnsafeMutablePointer<Float>, real: UnsafeMutablePointer<Float>,
        imaginary: UnsafeMutablePointer<Float>
    ) {
        let centre = row + basis.radius
        for k in 1...basis.radius {
            addEven(centre + k, centre - k, centre, basis.cosines[k - 1], to: real, outputWidth)
            addOdd(centre + k, centre - k, basis.sines[k - 1], to: imaginary, outputWidth)
        }
    }

    /// Eight pixels at a time: each bit's weighted sum, and its sign into the codes.
    private func quantize() {
        let codes = UnsafeMutableRawPointer(codeRow.baseAddress.unsafelyUnwrapped)
        for x in stride(from: 0, to: outputWidth, by: 8) {
            var code = SIMD8<UInt32>.zero
            for (index, bit) in basis.bits.enumerated() {
                let first = 4 * bit.part
                var sum = parts.eight(first, x) * bit.weights[0]
                sum += parts.eight(first + 1, x) * bit.weights[1]
                sum += parts.eight(first + 2, x) * bit.weights[2]
                sum += parts.eight(first + 3, x) * bit.weights[3]
                let one = SIMD8<UInt32>(repeating: 1 << UInt32(index))
                code |= SIMD8<UInt32>.zero.replacing(with: one, where: sum .>= 0)
            }
            codes.storeBytes(
                of: SIMD8<UInt8>(truncatingIfNeeded: code), toByteOffset: x, as: SIMD8<UInt8>.self)
        }
    }
}

private typealias Row = UnsafeMutablePointer<Float>

/// `to = row`.
@inline(__always)
private func copy(_ row: Row, to sum: Row, _ count: Int) {
    sum.update(from: row, count: count)
}

/// `to += row`.
@inline(__always)
private func add(_ row: Row, to sum: Row, _ count: Int) {
    for x in 0..<count { sum[x] += row[x] }
}

/// `to += weight * (after + before - 2 centre)`.
@inline(__always)
private func addEven(
    _ after: Row, _ before: Row, _ centre: Row, _ weight: Float, to sum: Row, _ count: Int
) {
    for x in 0..<count { sum[x] += weight * ((after[x] - centre[x]) + (before[x] - centre[x])) }
}

/// `to += weight * (after - before)`.
@inline(__always)
private func addOdd(_ after: Row, _ before: Row, _ weight: Float, to sum: Row, _ count: Int) {
    for x in 0..<count { sum[x] += weight * (after[x] - before[x]) }
}
