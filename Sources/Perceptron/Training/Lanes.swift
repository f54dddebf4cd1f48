import CKernels

/// Sixteen single-precision numbers that move together: one AVX-512 register.
///
/// On a machine with narrower registers the compiler splits each into two or four.
typealias Lanes = SIMD16<Float>

/// `a * b + c`, rounded once.
@inline(always)
func fma(_ a: Lanes, _ b: Lanes, _ c: Lanes) -> Lanes { c.addingProduct(a, b) }

/// The larger of each pair; a NaN in `a` stays.
@inline(always)
func larger(_ a: Lanes, _ b: Lanes) -> Lanes { a.replacing(with: b, where: b .> a) }

/// The smaller of each pair; a NaN in `a` stays.
@inline(always)
func smaller(_ a: Lanes, _ b: Lanes) -> Lanes { a.replacing(with: b, where: b .< a) }

/// e^x, within 2 units in the last place for -87.3 < x < 88.3, and clamped to that range.
///
/// x = n ln 2 + r with |r| <= ln 2 / 2; e^r by the minimax polynomial of degree 6 in relative error
/// (3.1e-9), found by Remez exchange with the first two coefficients held at 1; 2^n by its exponent
/// bits. ln 2 is split in two parts so that n ln 2 is exact (Cody & Waite 1980).
@inline(always)
func exponential(_ x: Lanes) -> Lanes {
    let clamped = smaller(larger(x, Lanes(repeating: -87.3)), Lanes(repeating: 88.3))
    let rounder = Lanes(repeating: 12_582_912)  // 1.5 * 2^23: adding it rounds to an integer
    let shifted = fma(clamped, Lanes(repeating: 1.442_695_04), rounder)
    let n = shifted - rounder
    var r = fma(n, Lanes(repeating: -0.693_145_75), clamped)
    r = fma(n, Lanes(repeating: -1.428_606_8e-6), r)
    let r2 = r * r
    let low = fma(r, Lanes(repeating: 0.166_665_207), Lanes(repeating: 0.499_999_935))
    let high = fma(r, Lanes(repeating: 0.008_368_709_8), Lanes(repeating: 0.041_668_387_4))
    let top = fma(r2, Lanes(repeating: 0.001_381_461_33), high)
    let power = fma(fma(top, r2, low), r2, 1 + r)
    let bits = unsafeBitCast(shifted, to: SIMD16<Int32>.self)
    return power * unsafeBitCast((bits &<< 23) &+ 0x3F80_0000, to: Lanes.self)
}

/// w + n / (2 sqrt(x) + y) for normal x > 0 and y >= 0, the quotient within some units in the last place.
///
/// A root takes a processor many times as long as a product, and so does a division, on a unit of its own. So the
/// root begins with the processor's guess g of 1 / sqrt(x): 2 sqrt(x) is r (3 - r g) for r = x g, Newton's method,
/// which doubles the right digits.
@inline(always)
func addingQuotient(_ w: Lanes, _ n: Lanes, root x: Lanes, plus y: Lanes) -> Lanes {
    let three = Lanes(repeating: 3)
    var guess = wk_guessed_inverse_root(x)
    #if !arch(x86_64)
        guess = Lanes(repeating: 0.5) * guess * fma(-x * guess, guess, three)
    #endif
    let root = x * guess
    return w + n / fma(root, fma(-root, guess, three), y)
}

/// 1 / (1 + e^-z).
@inline(always)
func logistic(_ z: Lanes) -> Lanes { 1 / (1 + exponential(-z)) }

/// tanh z = 2 logistic(2z) - 1, or z - z^3/3 + 2z^5/15 near zero where that form would cancel.
@inline(always)
func hyperbolicTangent(_ z: Lanes) -> Lanes {
    let far = fma(Lanes(repeating: 2), logistic(z + z), Lanes(repeating: -1))
    let square = z * z
    let series = fma(square, Lanes(repeating: 2.0 / 15), Lanes(repeating: -1.0 / 3))
    let near = fma(z * square, series, z)
    return far.replacing(with: near, where: square .< Lanes(repeating: 0.01))
}
