/// The sum of `a[i] * b[i]`, in four interleaved partial sums of two.
@inline(__always)
func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
    var sums = SIMD8<Double>.zero
    var i = 0
    while i + 8 <= count {
        let left = UnsafeRawPointer(a + i).loadUnaligned(as: SIMD8<Double>.self)
        let right = UnsafeRawPointer(b + i).loadUnaligned(as: SIMD8<Double>.self)
        sums += left * right
        i += 8
    }
    var sum = sums.sum()
    while i < count {
        sum += a[i] * b[i]
        i += 1
    }
    return sum
}
