/// Some rows of a table, turned so that each input is one run of numbers over the rows.
package struct Patterns {
    /// Classes of the rows.
    package let labels: [Int]
    /// `[inputs][rows]`.
    let columns: LaneTable

    /// Rows `rows` of `examples`, in that order.
    package init(_ examples: Examples, rows: [Int]) {
        labels = rows.map(examples.label)
        columns = LaneTable(rows: examples.inputs, count: rows.count)
        for (place, row) in rows.enumerated() {
            let source = examples.table.values + row * examples.stride
            for input in 0..<examples.inputs { columns[input, place] = source[input] }
        }
    }

    /// Number of rows.
    package var count: Int { labels.count }
}

/// What each hidden unit of a net puts out for each of some patterns.
package struct HiddenActivations {
    /// `[units][patterns]`.
    let table: LaneTable
    /// The function that made them, which says where their middle lies.
    package let activation: Activation

    /// f(W x + b) for every pattern.
    package init(_ net: Perceptron, _ patterns: Patterns) {
        activation = net.activation
        table = LaneTable(rows: net.shape.hidden, count: patterns.count)
        let inputs = net.shape.inputs
        for unit in 0..<net.shape.hidden {
            let target = table.row(unit)
            for v in 0..<table.vectors {
                var z = Lanes(repeating: net.hiddenBias[unit])
                for input in 0..<inputs {
                    let weight = Lanes(repeating: net.hiddenWeights[unit * inputs + input])
                    z = fma(weight, patterns.columns.row(input)[v], z)
                }
                target[v] = net.activation.value(z)
            }
        }
    }

    /// Activations from elsewhere, `[units][patterns]`: the printed example of 1991.
    package init(units: [[Float]], activation: Activation) {
        self.activation = activation
        table = LaneTable(rows: units.count, count: units.first?.count ?? 0)
        for (unit, row) in units.enumerated() {
            for (pattern, value) in row.prefix(table.count).enumerated() {
                table[unit, pattern] = value
            }
        }
    }

    /// Number of hidden units.
    package var units: Int { table.rows }
    /// Number of patterns.
    package var patterns: Int { table.count }

    /// What unit `unit` puts out for pattern `pattern`.
    package subscript(unit: Int, pattern: Int) -> Float { table[unit, pattern] }

    /// The mean over the patterns of what unit `unit` puts out.
    package func mean(_ unit: Int) -> Double {
        var sum = 0.0
        for pattern in 0..<patterns { sum += Double(table[unit, pattern]) }
        return patterns == 0 ? 0 : sum / Double(patterns)
    }
}
