import Core

extension Criterion {
    /// No criterion: the control of every other one. A layer's draws depend on the seed and its name alone.
    package static let random = Criterion(
        name: "random", summary: "weights at random", source: "the paper's control, section 3.5",
        element: .weights, needs: [.seed]
    ) { layer, _, seed in .chance(SplitMix64(seed: seed, name: layer.name)) }
}
