extension Criterion {
    /// |gamma| of the batch norm behind a filter; a layer without one takes no part.
    package static let batchNormScale = Criterion(
        name: "batch-norm-scale", summary: "filters whose batch norm scales them down",
        source:
            "Liu et al. 2017, Learning efficient convolutional networks through network slimming",
        element: .filters
    ) { layer, context, _ in
        let own = context.channels[layer.name] ?? []
        // Scale and shift; a lone entry is a bias.
        guard own.count == 2 else { return .filters(layer.forEachFilter { _ in nil }) }
        let scales = try context.state.require(own[0]).values(Float.self)
        let zeros = Set(layer.zeroFilters)
        return .filters(
            scales.indices.map { zeros.contains($0) ? nil : Double(scales[$0].magnitude) })
    }
}
