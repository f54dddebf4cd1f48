import Studies

/// Accuracy by epoch: a line and a band for each curve, and points that tell their numbers.
enum CurveFigure {
    static func spec(
        _ curves: [Curve], _ runs: [TechniqueRun], description: String, isTest: Bool
    ) -> VegaLite {
        let points = curves.flatMap { $0.points(runs) }
        let epochs = VegaLite.Channel.quantitative(
            "epoch", "epoch", scale: .init(zero: false, nice: false),
            axis: .init(values: ticks(points), grid: false, format: "d"))
        let name = isTest ? "test accuracy (%)" : "validation accuracy (%)"
        let accuracy = VegaLite.Channel.quantitative("accuracy", name, scale: .init(zero: false))
        let layers = [
            band(curves, x: epochs, title: name),
            line(curves, x: epochs, y: accuracy), dots(curves, x: epochs, y: accuracy),
        ]
        return VegaLite(description: description, points, layers)
    }

    /// Whole epochs, at most ten of them: Vega would put ticks between the epochs of a short run.
    static func ticks(_ points: [FigurePoint]) -> [Int] {
        let last = max(1, points.compactMap(\.epoch).max() ?? 1)
        return Array(stride(from: 1, through: last, by: (last + 9) / 10))
    }

    /// The 95% interval; rows of one seed have none.
    private static func band(
        _ curves: [Curve], x: VegaLite.Channel, title: String
    ) -> VegaLite.Layer {
        var encoding = VegaLite.Encoding(x: x, color: color(curves))
        encoding.y = .quantitative("low", title, scale: .init(zero: false))
        encoding.y2 = VegaLite.Channel(field: "high")
        // Where many overlap, each is fainter.
        encoding.opacity = picked(max(0.05, min(0.14, 0.35 / Double(curves.count))), else: 0.01)
        return VegaLite.Layer(
            mark: .init(type: "area"), encoding: encoding,
            transform: [.init(filter: "isValid(datum.low)")])
    }

    private static func line(
        _ curves: [Curve], x: VegaLite.Channel, y: VegaLite.Channel
    ) -> VegaLite.Layer {
        var encoding = VegaLite.Encoding(x: x, y: y, color: color(curves))
        encoding.strokeDash = VegaLite.Channel(
            field: "series", type: "nominal", title: "",
            scale: .init(domain: .names(curves.map(\.name)), range: .dashes(curves.map(\.dash))))
        encoding.opacity = picked(1, else: 0.15)
        return VegaLite.Layer(
            mark: .init(type: "line", strokeWidth: 2), encoding: encoding,
            params: [
                .init(name: "picked", select: .init(fields: ["series"]), bind: "legend")
            ])
    }

    private static func dots(
        _ curves: [Curve], x: VegaLite.Channel, y: VegaLite.Channel
    ) -> VegaLite.Layer {
        var encoding = VegaLite.Encoding(x: x, y: y, color: color(curves))
        encoding.opacity = picked(1, else: 0.1)
        encoding.tooltip = [
            .nominal("series", "technique"), .quantitative("epoch", "epoch"),
            .nominal("said", "accuracy"),
        ]
        return VegaLite.Layer(
            mark: .init(type: "point", size: 22, filled: true), encoding: encoding)
    }

    static func color(_ curves: [Curve]) -> VegaLite.Channel {
        VegaLite.Channel(
            field: "series", type: "nominal", title: "",
            scale: .init(domain: .names(curves.map(\.name)), range: .colors(curves.map(\.color))))
    }

    /// Full strength for what the reader picked in the legend, and for all while nothing is.
    static func picked(_ value: Double, else faint: Double) -> VegaLite.Channel {
        VegaLite.Channel(condition: .init(param: "picked", value: value), value: faint)
    }
}
