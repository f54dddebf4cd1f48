extension Criterion {
    /// h_ii w_i^2 / 2 with the empirical Fisher information in the Hessian's place: one pass.
    package static let optimalBrainDamage = Criterion(
        name: "obd", summary: "weights that cost least by the loss's curvature",
        source: "LeCun et al. 1990, Optimal brain damage, eq. 5; curvature from squared gradients",
        element: .weights, needs: [.pictures], isLoss: true
    ) { layer, context, _ in
        .weights(
            zip(try context.gradients(layer).fisher, layer.values).map { $0 * $1 * $1 / 2 })
    }
}
