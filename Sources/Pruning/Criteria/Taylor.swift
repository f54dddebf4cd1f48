extension Criterion {
    /// What the loss changes by when a filter goes, to first order: (sum of gradient x weight)^2, the mean
    /// over batches.
    package static let taylor = Criterion(
        name: "taylor", summary: "filters without which the loss hardly changes: gradient x weight",
        source: "Molchanov et al. 2019, Importance estimation for neural network pruning, eq. 8",
        element: .filters, needs: [.pictures], isLoss: true
    ) { layer, context, _ in
        let gates = try context.gradients(layer).gates
        let zeros = Set(layer.zeroFilters)
        return .filters(gates.indices.map { zeros.contains($0) ? nil : gates[$0] })
    }
}
