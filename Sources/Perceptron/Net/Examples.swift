/// Why a net cannot be built, trained or reduced with what was given.
package struct PerceptronError: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Rows of numbers, each with a class: what a net is trained and tested on.
///
/// Each row is padded with zeros to whole vectors of sixteen, and its class rides in the first
/// padding place, so one load brings both.
package struct Examples: Sendable {
    /// Numbers in a row.
    package let inputs: Int
    /// Rows.
    package let count: Int
    /// One more than the largest class allowed.
    package let classes: Int
    /// Floats from one row to the next: a multiple of sixteen that leaves room for the class.
    let stride: Int
    /// `[count][stride]`.
    let table: RowTable

    /// Rows from `features`, `[labels.count][inputs]`, with classes counted from 0.
    ///
    /// Throws where the counts disagree, a class is out of range or a number is not finite.
    package init(features: [Float], labels: [Int], inputs: Int, classes: Int) throws {
        guard inputs > 0, classes > 1, labels.count < Int(UInt32.max),
            features.count.isMultiple(of: inputs), features.count / inputs == labels.count
        else {
            throw PerceptronError(
                "\(features.count) numbers do not make \(labels.count) rows of \(inputs) "
                    + "for \(classes) classes")
        }
        let stride = (inputs / 16 + 1) * 16
        let table = RowTable(count: labels.count * stride)
        let values = table.values
        for (row, label) in labels.enumerated() {
            guard (0..<classes).contains(label) else {
                throw PerceptronError("row \(row): class \(label) is not in 0..<\(classes)")
            }
            for column in 0..<inputs {
                let value = features[row * inputs + column]
                guard value.isFinite else {
                    throw PerceptronError("row \(row), column \(column): \(value) is not finite")
                }
                values[row * stride + column] = value
            }
            values[row * stride + inputs] = Float(label)
        }
        self.inputs = inputs
        self.classes = classes
        self.stride = stride
        self.table = table
        count = labels.count
    }

    /// Row `row` without its padding.
    package func features(_ row: Int) -> [Float] {
        precondition((0..<count).contains(row), "row \(row) of \(count)")
        return (0..<inputs).map { table.values[row * stride + $0] }
    }

    /// The class of row `row`.
    package func label(_ row: Int) -> Int {
        precondition((0..<count).contains(row), "row \(row) of \(count)")
        return Int(table.values[row * stride + inputs])
    }
}

/// Numbers aligned for vector loads, written once by `Examples.init` and then only read.
final class RowTable: @unchecked Sendable {
    let values: UnsafeMutablePointer<Float>

    init(count: Int) {
        values =
            UnsafeMutableRawPointer
            .allocate(byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64)
            .bindMemory(to: Float.self, capacity: max(count, 1))
        values.initialize(repeating: 0, count: max(count, 1))
    }

    deinit { values.deallocate() }
}
