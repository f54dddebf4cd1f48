import Statistics
import Studies

/// Right on test pictures against how long a picture takes, a mark a network as it would be used.
struct UseFigure {
    private let networks: [UsedNetwork]

    /// nil where nothing was timed.
    init?(_ records: [UseRecord]) {
        networks = UsedNetwork.all(records).filter { $0.time != nil }
        if networks.isEmpty { return nil }
    }

    var group: FigureGroup {
        FigureGroup(
            number: "In use", title: "Right against time",
            note:
                "Each network in 32-bit numbers (circles) and in 8-bit numbers (squares), as onnxruntime "
                + "runs them on the machine of the study, one picture at a time; upright: the 95% "
                + "interval over the seeds. Further up and further left is better.",
            figures: [
                Figure(
                    id: "in-use", label: networks[0].protocolName, says: says,
                    spec: VegaLite(
                        description: "Right on test pictures against time", height: 340, points,
                        layers,
                        config: .opening))
            ], missing: [])
    }

    private var says: String {
        Wording.list(
            UseVerdict.all(networks).map(\.words))
    }

    /// Without the numbers' kind: both have one colour.
    private func series(_ network: UsedNetwork) -> String {
        "\(network.recipe.architecture.rawValue): \(network.recipe.label)"
    }

    private var points: [FigurePoint] {
        networks.map { network in
            let values = network.accuracies.sorted { $0.key < $1.key }.map { 100 * $0.value }
            var point = FigurePoint(series(network), percent: Summary(values))
            point.milliseconds = network.time.map { 1000 * $0.seconds }
            point.form = network.numbers.rawValue
            return point
        }
    }

    private var layers: [VegaLite.Layer] {
        let title = "right on test pictures (%)"
        let scale = VegaLite.Scale(zero: false)
        let x = VegaLite.Channel.quantitative(
            "milliseconds", "milliseconds a picture", scale: .init(zero: true))
        let y = VegaLite.Channel.quantitative("accuracy", title, scale: scale)
        let names = ExperimentReport.keys(networks.map(series))
        let color = VegaLite.Channel(
            field: "series", type: "nominal", title: "",
            scale: .init(
                domain: .names(names),
                range: .colors(names.indices.map { Palette.color($0, of: names.count) })))
        var rule = VegaLite.Encoding(
            x: x, y: .quantitative("low", title, scale: scale), color: color)
        rule.y2 = VegaLite.Channel(field: "high")
        var mark = VegaLite.Encoding(x: x, y: y, color: color)
        mark.shape = VegaLite.Channel(
            field: "form", type: "nominal", title: "",
            scale: .init(
                domain: .names(UseRecord.Numbers.allCases.map(\.rawValue)),
                range: .colors(["circle", "square"])))
        mark.tooltip = [
            .nominal("series", "network"), .nominal("form", "numbers"),
            .quantitative("milliseconds", "ms", format: ".2f"), .nominal("said", "right"),
        ]
        return [
            VegaLite.Layer(
                mark: .init(type: "rule", opacity: 0.4, strokeWidth: 1.5), encoding: rule,
                transform: [.init(filter: "isValid(datum.low)")]),
            VegaLite.Layer(mark: .init(type: "point", size: 90, filled: true), encoding: mark),
        ]
    }
}
