import Statistics
import Studies

/// What each technique costs for what it saves: accuracy, and its loss, against the share of weights
/// kept. Not in the paper, which gives no such summary.
enum DensityFigure {
    /// Accuracy itself, and its paired difference from the unpruned network.
    static func groups(_ results: [PictureResult]) -> [FigureGroup] {
        [
            FigureGroup(
                number: "Summary A", title: "What is lost against the share of weights kept",
                note:
                    "Accuracy on the test pictures minus the unpruned network's, seed by seed, with "
                    + "95% intervals. Of the weights of all convolutions; marks that would hide each "
                    + "other stand a little apart.",
                figures: results.map(loss), missing: []),
            FigureGroup(
                number: "Summary B", title: "Accuracy against the share of weights kept",
                note:
                    "The same as accuracy. These intervals include what differs between the seeds' "
                    + "splits, and so are wider.",
                figures: results.map(accuracy), missing: []),
        ]
    }

    private static let styles: [(technique: Technique, color: String, shift: Double)] = [
        (.unpruned, Palette.grey, 0), (.percentile, Palette.blue, -0.6),
        (.random, Palette.orange, 0.6), (.distinctiveness, Palette.red, 0),
    ]

    private static func loss(_ result: PictureResult) -> Figure {
        figure("Summary A", result, "accuracy minus unpruned (points)", isLoss: true) {
            result.evidence.difference($0, $1, minus: .unpruned)
        }
    }

    private static func accuracy(_ result: PictureResult) -> Figure {
        figure("Summary B", result, "test accuracy (%)", isLoss: false) {
            Summary(result.evidence.values($0, $1) { $0.accuracy })
        }
    }

    private static func figure(
        _ number: String, _ result: PictureResult, _ title: String, isLoss: Bool,
        _ value: (Technique, Double?) -> Summary
    ) -> Figure {
        let drawn = styles.filter { !isLoss || $0.technique != .unpruned }
        let points = drawn.flatMap { style -> [FigurePoint] in
            let amounts: [Double?] =
                style.technique == .unpruned
                ? [nil] : result.evidence.amounts(style.technique).map { $0 }
            return amounts.compactMap { amount in
                let summary = value(style.technique, amount)
                let kept = Summary(
                    result.evidence.values(style.technique, amount) { $0.keptPercent })
                guard summary.n > 0, kept.n > 0 else { return nil }
                var point = FigurePoint(
                    style.technique.rawValue, kept: kept.mean, percent: summary)
                point.place = kept.mean + style.shift
                return point
            }
        }
        let names = Set(points.map(\.series))
        let curves = drawn.filter { names.contains($0.technique.rawValue) }.map {
            Curve(technique: $0.technique, amount: nil, color: $0.color, dash: Palette.solid)
        }
        return Figure(
            id: Slug.of("\(number) \(result.label)"), label: result.label,
            says: isLoss ? Answer(result).sentence : "",
            spec: VegaLite(
                description: "\(title), by weights kept (\(result.label))", points,
                layers(CurveFigure.color(curves), title, isLoss: isLoss)))
    }

    private static func layers(
        _ color: VegaLite.Channel, _ title: String, isLoss: Bool
    ) -> [VegaLite.Layer] {
        let scale = VegaLite.Scale(zero: isLoss)
        let x = VegaLite.Channel.quantitative(
            "place", "weights kept (%)", scale: .init(zero: true), axis: .init(grid: false))
        let y = VegaLite.Channel.quantitative("accuracy", title, scale: scale)
        var bars = VegaLite.Encoding(x: x, y2: VegaLite.Channel(field: "high"), color: color)
        bars.y = .quantitative("low", title, scale: scale)
        bars.opacity = CurveFigure.picked(0.55, else: 0.05)
        var line = VegaLite.Encoding(x: x, y: y, color: color)
        line.opacity = CurveFigure.picked(1, else: 0.15)
        var dots = line
        dots.tooltip = [
            .nominal("series", "technique"),
            .quantitative("kept", "weights kept (%)", format: ".1f"),
            .nominal("said", isLoss ? "difference" : "accuracy"),
        ]
        let zero = VegaLite.Layer(
            mark: .init(type: "rule", color: Palette.grey, strokeDash: Palette.dashed),
            encoding: .init(y: .init(datum: 0)))
        return (isLoss ? [zero] : []) + [
            .init(
                mark: .init(type: "rule", strokeWidth: 2), encoding: bars,
                transform: [.init(filter: "isValid(datum.low)")]),
            .init(
                mark: .init(type: "line", strokeWidth: 2), encoding: line,
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
