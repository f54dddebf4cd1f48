extension Criterion {
    /// Distinctiveness of filters by their weights: the later of two alike ones goes.
    package static let weightAngle = Criterion(
        name: "weight-angle", summary: "filters whose weights point where an earlier filter's do",
        source: "Gedeon & Harris 1991 on filters; the paper, section 2.4", element: .filters,
        hasAngles: true
    ) { layer, context, _ in .angles(try context.weightAngles(layer)) }
}
