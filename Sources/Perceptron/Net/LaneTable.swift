/// Rows of numbers laid out for vectors of sixteen: row r, entries 16 v ..< 16 v + 16 at [r, v].
///
/// The rows run over patterns, so one operation serves sixteen patterns. Entries past `count` in
/// the last vector are zero when made and are never counted.
final class LaneTable {
    let rows: Int
    /// Entries to a row.
    let count: Int
    /// Vectors to a row.
    let vectors: Int
    let values: UnsafeMutablePointer<Lanes>

    init(rows: Int, count: Int) {
        self.rows = rows
        self.count = count
        vectors = (count + 15) / 16
        let total = max(rows * vectors, 1)
        values =
            UnsafeMutableRawPointer
            .allocate(byteCount: total * MemoryLayout<Lanes>.stride, alignment: 64)
            .bindMemory(to: Lanes.self, capacity: total)
        values.initialize(repeating: Lanes(), count: total)
    }

    deinit { values.deallocate() }

    /// The vectors of row `row`.
    func row(_ row: Int) -> UnsafeMutablePointer<Lanes> { values + row * vectors }

    /// One entry.
    subscript(row: Int, entry: Int) -> Float {
        get { values[row * vectors + entry / 16][entry % 16] }
        set { values[row * vectors + entry / 16][entry % 16] = newValue }
    }

    /// Lanes of the last vector that hold an entry.
    var lastLanes: SIMDMask<SIMD16<Int32>> {
        let used = count - (vectors - 1) * 16
        return SIMD16<Int32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
            .< SIMD16(repeating: Int32(used))
    }
}
