extension Criterion {
    /// Mean of a filter's activations: after a ReLU, how much it puts out.
    package static let activationMean = Criterion(
        name: "activation-mean", summary: "filters that put out little on the pictures",
        source: "Polyak & Wolf 2015, Channel-level acceleration (inbound); Molchanov et al. 2017",
        element: .filters, needs: [.pictures]
    ) { layer, context, _ in
        let gram = try context.activations(layer.name)
        let zeros = Set(layer.zeroFilters)
        return .filters(
            gram.sums.indices.map { zeros.contains($0) ? nil : abs(gram.sums[$0] / gram.count) })
    }
}
