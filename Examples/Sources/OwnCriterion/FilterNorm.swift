import Winnow

extension Criterion {
    /// Filters of small length go first.
    static let filterNorm = Criterion(
        "filter-norm",
        scoringFilters: { layer in
            layer.filters.map { filter in
                Double(filter.reduce(0) { $0 + $1 * $1 }).squareRoot()
            }
        })
}
