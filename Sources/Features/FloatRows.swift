/// Rows of Float scratch memory, each padded to a multiple of eight so that SIMD code may run over
/// its end. Not thread-safe: one for each worker.
final class FloatRows {
    /// Floats from one row to the next.
    let stride: Int
    private let count: Int
    private let memory: UnsafeMutablePointer<Float>

    init(count: Int, width: Int) {
        self.count = count
        stride = (width + 7) / 8 * 8
        memory = .allocate(capacity: count * stride)
        memory.initialize(repeating: 0, count: count * stride)
    }

    deinit { memory.deallocate() }

    /// The start of a row.
    subscript(row: Int) -> UnsafeMutablePointer<Float> {
        assert((0..<count).contains(row))
        return memory + row * stride
    }

    /// The eight values of a row from column `x`, a multiple of eight.
    func eight(_ row: Int, _ x: Int) -> SIMD8<Float> {
        UnsafeRawPointer(self[row] + x).loadUnaligned(as: SIMD8<Float>.self)
    }

    /// Sets rows to 0.
    func clear(_ rows: Range<Int>) {
        self[rows.lowerBound].update(repeating: 0, count: rows.count * stride)
    }
}
