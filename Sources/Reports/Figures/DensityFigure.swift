import Studies

/// Accuracy against the share of weights kept: what each technique costs for what it saves.
enum DensityFigure {
    /// One figure for every result; not in the paper, which gives no such summary.
    static func group(_ results: [PictureResult]) -> FigureGroup {
        FigureGroup(
            number: "Summary", title: "Accuracy against the share of weights kept",
            note: "Of the weights of all convolutions. Accuracy is of the test pictures, with the "
                + "weights of the best watched epoch. Bars are 95% intervals over the seeds, which "
                + "include the differences between splits; paired differences are in the tables.",
            figures: results.map(figure), missing: [])
    }

    private static let styles: [(technique: Technique, color: String)] = [
        (.unpruned, Palette.grey), (.percentile, Palette.blue), (.random, Palette.orange),
        (.distinctiveness, Palette.red),
    ]

    private static func figure(_ result: PictureResult) -> Figure {
        let points = styles.flatMap { Self.points($0.technique, result.evidence) }
        let drawn = Set(points.map(\.series))
        let curves = styles.filter { drawn.contains($0.technique.rawValue) }.map {
            Curve(technique: $0.technique, amount: nil, color: $0.color, dash: Palette.solid)
        }
        return Figure(
            id: Slug.of("summary \(result.label)"), label: result.label,
            says: Answer(result).sentence,
            spec: VegaLite(
                description: "Accuracy against weights kept (\(result.label))", points,
                layers(CurveFigure.color(curves))))
    }

    /// A point for each amount.
    private static func points(
        _ technique: Technique, _ evidence: TicketEvidence
    ) -> [FigurePoint] {
        let amounts: [Double?] =
            technique == .unpruned ? [nil] : evidence.amounts(technique).map { $0 }
        return amounts.compactMap { amount in
            let accuracy = Summary(evidence.values(technique, amount) { $0.accuracy })
            let kept = Summary(evidence.values(technique, amount) { $0.keptPercent })
            guard accuracy.n > 0, kept.n > 0 else { return nil }
            return FigurePoint(technique.rawValue, kept: kept.mean, percent: accuracy)
        }
    }

    private static func layers(_ color: VegaLite.Channel) -> [VegaLite.Layer] {
        let x = VegaLite.Channel.quantitative("kept", "weights kept (%)", scale: .init(zero: true))
        let y = VegaLite.Channel.quantitative(
            "accuracy", "test accuracy (%)", scale: .init(zero: false))
        var bars = VegaLite.Encoding(x: x, y2: VegaLite.Channel(field: "high"), color: color)
        bars.y = .quantitative("low", "test accuracy (%)", scale: .init(zero: false))
        bars.opacity = CurveFigure.picked(0.5, else: 0.05)
        var line = VegaLite.Encoding(x: x, y: y, color: color)
        line.opacity = CurveFigure.picked(1, else: 0.15)
        var dots = line
        dots.tooltip = [
            .nominal("series", "technique"),
            .quantitative("kept", "weights kept (%)", format: ".1f"), .nominal("said", "accuracy"),
        ]
        return [
            .init(
                mark: .init(type: "rule", strokeWidth: 2), encoding: bars,
                transform: [.init(filter: "isValid(datum.low)")]),
            .init(
                mark: .init(type: "line", strokeWidth: 1.5), encoding: line,
                params: [
                    .init(name: "picked", select: .init(fields: ["series"]), bind: "legend")
                ]),
            .init(mark: .init(type: "point", size: 60, filled: true), encoding: dots),
        ]
    }
}

extension TechniqueRun {
    /// Percent of the weights of all convolutions that are kept.
    var keptPercent: Double { 100 * (pruning?.density.fraction ?? 1) }
}
