extension Criterion {
    /// Sum of a filter's absolute weights.
    package static let l1Norm = Criterion(
        name: "l1-norm", summary: "filters whose weights are small: sum of absolute values",
        source: "Li et al. 2017, Pruning filters for efficient ConvNets", element: .filters
    ) { layer, _, _ in
        .filters(layer.forEachFilter { $0.reduce(0) { $0 + Double($1.magnitude) } })
    }
}
