extension Criterion {
    /// Connection sensitivity: |gradient x weight|.
    package static let snip = Criterion(
        name: "snip", summary: "weights that the loss hardly feels: |gradient x weight|",
        source: "Lee et al. 2019, SNIP: single-shot network pruning, eq. 5", element: .weights,
        needs: [.pictures], isLoss: true
    ) { layer, context, _ in
        .weights(zip(try context.gradients(layer).mean, layer.values).map { $0 * $1 })
    }
}
