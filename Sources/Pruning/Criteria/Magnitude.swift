extension Criterion {
    /// Absolute values: the paper's *percentile* pruning (section 2.4).
    package static let magnitude = Criterion(
        name: "magnitude", summary: "weights of small absolute value",
        source: "Han et al. 2015; the paper's percentile pruning, section 2.4", element: .weights
    ) { layer, _, _ in .weights(layer.values) }
}
