extension Criterion {
    /// Variance of a filter's activations: one that always puts out the same tells nothing.
    package static let activationVariance = Criterion(
        name: "activation-variance",
        summary: "filters that put out nearly the same wherever they look",
        source: "Polyak & Wolf 2015, Channel-level acceleration; Gedeon & Harris 1991, section 3",
        element: .filters, needs: [.pictures]
    ) { layer, context, _ in
        let gram = try context.activations(layer.name)
        let zeros = Set(layer.zeroFilters)
        return .filters(
            gram.sums.indices.map { filter in
                let mean = gram.sums[filter] / gram.count
                let square = gram.products[filter * gram.filters + filter] / gram.count
                return zeros.contains(filter) ? nil : max(0, square - mean * mean)
            })
    }
}
