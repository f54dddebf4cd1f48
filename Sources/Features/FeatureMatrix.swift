/// Rows of numbers of equal length: one row a picture, one column a feature.
package struct FeatureMatrix: Sendable, Equatable {
    /// Number of rows.
    package let rows: Int
    /// Number of columns.
    package let columns: Int
    /// The numbers, row by row.
    package var values: [Double]

    package init(rows: Int, columns: Int, values: [Double]) {
        precondition(values.count == rows * columns, "values do not fill the matrix")
        self.rows = rows
        self.columns = columns
        self.values = values
    }

    /// A matrix from its rows.
    ///
    /// - Throws: `FeatureError.badShape` if their lengths differ.
    package init(_ list: [[Double]]) throws(FeatureError) {
        let columns = list.first?.count ?? 0
        if let odd = list.firstIndex(where: { $0.count != columns }) {
            throw .badShape(
                expected: "\(columns) numbers in each row",
                found: "\(list[odd].count) in row \(odd)")
        }
        self.init(rows: list.count, columns: columns, values: list.flatMap { $0 })
    }

    /// One row.
    package subscript(row: Int) -> ArraySlice<Double> {
        values[(row * columns)..<((row + 1) * columns)]
    }

    /// The rows at the given places, in that order.
    package func selecting(_ places: [Int]) -> FeatureMatrix {
        FeatureMatrix(rows: places.count, columns: columns, values: places.flatMap { self[$0] })
    }

    /// - Throws: `FeatureError.notFinite` naming the first NaN or infinity.
    func checkFinite() throws(FeatureError) {
        guard let place = values.firstIndex(where: { !$0.isFinite }) else { return }
        throw .notFinite(row: place / columns, column: place % columns, value: values[place])
    }
}
