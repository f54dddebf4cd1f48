/// What a sweep found, case by case.
package struct SweepReport: Sendable {
    package let way: ConvolutionWay
    package let cases: [ConvolutionCase]
    /// By case; nil where it was not reached.
    package private(set) var results: [CaseResult?]
    /// Rounding of the cases that were right: the largest difference from float64.
    package private(set) var rounding = 0.0

    init(way: ConvolutionWay, cases: [ConvolutionCase]) {
        self.way = way
        self.cases = cases
        results = Array(repeating: nil, count: cases.count)
    }

    mutating func note(_ line: SweepLine) {
        guard cases.indices.contains(line.index), results[line.index] != .crashed else { return }
        results[line.index] = Self.result(line)
        if let outcome = line.outcome, outcome.isRight {
            rounding = max(rounding, outcome.errors.max() ?? 0)
        }
    }

    mutating func noteCrash(_ index: Int) { results[index] = .crashed }

    private static func result(_ line: SweepLine) -> CaseResult? {
        if let refusal = line.refusal { return .refused(refusal) }
        guard let outcome = line.outcome else { return nil }
        let worst = outcome.errors.max() ?? .infinity
        if !(worst <= CaseOutcome.tolerance) { return .wrong(worst) }
        return outcome.repeats ? .right : .unsteady
    }

    /// Cases that were tried, and those that were not right.
    package var tried: Int { results.count { $0 != nil } }
    package var wrong: Int { results.count { $0 != nil && $0 != .right } }
    package var isSound: Bool { tried == cases.count && wrong == 0 }

    /// The cases that were not right, with what became of them.
    package var faults: [(shape: ConvolutionCase, result: CaseResult)] {
        zip(cases, results).compactMap { shape, result in
            guard let result, result != .right else { return nil }
            return (shape, result)
        }
    }

    /// One row of the table.
    package struct Row: Sendable, Equatable {
        package let kind: String
        package var tried = 0
        package var wrong = 0
        package var unsteady = 0
        package var crashed = 0
        package var refused = 0
    }

    /// Counts by kind of convolution, in the order of the cases.
    package var rows: [Row] {
        var rows: [Row] = []
        var places: [String: Int] = [:]
        for (shape, result) in zip(cases, results) {
            guard let result else { continue }
            let at = places[shape.kind] ?? rows.count
            if at == rows.count {
                rows.append(Row(kind: shape.kind))
                places[shape.kind] = at
            }
            rows[at].tried += 1
            switch result {
            case .right: break
            case .wrong: rows[at].wrong += 1
            case .unsteady: rows[at].unsteady += 1
            case .crashed: rows[at].crashed += 1
            case .refused: rows[at].refused += 1
            }
        }
        return rows
    }
}
