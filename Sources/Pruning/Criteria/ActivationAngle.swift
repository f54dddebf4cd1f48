extension Criterion {
    /// Distinctiveness of filters by what they put out: the vectors are a filter's activations over all
    /// places of all pictures, min-max scaled to -0.5...0.5 as those of ReLU units are (design.md). The
    /// paper found it too expensive (section 2.4); streamed as a Gram matrix it is one forward pass.
    package static let activationAngle = Criterion(
        name: "activation-angle", summary: "filters that put out what an earlier filter does",
        source: "Gedeon & Harris 1991; named and not done in the paper, section 2.4",
        element: .filters, needs: [.pictures], hasAngles: true
    ) { layer, context, _ in .angles(try context.activationAngles(layer)) }
}
