import Findings
import Statistics

/// What the page opens with: accuracy against the share of weights left, a line a technique, with what
/// counts as no loss as a band across and guessing as a line.
///
/// A line is the unpruned network's mean accuracy plus the technique's difference from it, seed by seed,
/// and its band that difference's interval: so a band that lies wholly above the lower edge of the
/// unpruned network's is a technique that is shown to lose nothing.
struct OpeningFigure {
    private let answer: Answer
    private let guessing: Guessing
    private let unpruned: Double

    /// nil without an unpruned network, or where nothing was pruned.
    init?(_ answer: Answer, guessing: Guessing) {
        guard guessing.unpruned.n > 0, answer.arms.contains(where: Self.isDrawn) else { return nil }
        self.answer = answer
        self.guessing = guessing
        unpruned = guessing.unpruned.mean
    }

    /// Which techniques, in their order; others are in figures and tables of their own.
    private static let styles: [(technique: String, color: String)] = [
        ("percentile ticket", Palette.blue), ("random ticket", Palette.orange),
        ("distinctiveness", Palette.red), ("distinctiveness by order", Palette.violet),
    ]

    private static func isDrawn(_ arm: Arm) -> Bool {
        arm.removesSomething && arm.loss != nil
            && styles.contains { $0.technique == arm.technique }
    }

    func figure(_ label: String) -> Figure {
        Figure(
            id: Slug.of("Summary A \(label)"), label: label, says: says,
            spec: VegaLite(
                description: "Accuracy against the share of weights left (\(label))", height: 340,
                points, layers, config: .opening))
    }

    /// Techniques that have a line.
    private var names: [String] {
        Self.styles.map(\.technique).filter { name in
            answer.arms.contains { $0.technique == name && Self.isDrawn($0) }
        }
    }

    /// What the picture does not show, and how to read it.
    private var says: String {
        let idle = answer.arms.filter { $0.loss != nil && $0.amount != nil && !$0.removesSomething }
            .map(\.name)
        return
            "Lines: mean over the seeds; bands: the interval of the difference from the unpruned "
            + "network, seed by seed, about that network's mean. Grey: "
            + "within \(Wording.number(answer.margin)) points of it, which counts as no loss."
            + (idle.isEmpty
                ? "" : " Not drawn, since next to nothing was removed: \(Wording.words(idle)).")
    }

    // Series of marks that are no technique's.
    private static let (base, chance, found) = ("unpruned", "guessing", "answer")

    private var points: [FigurePoint] {
        let margin = answer.margin
        var rows = names.flatMap(line)
        rows.append(
            FigurePoint(
                Self.base, kept: isFar ? 100 : 0, accuracy: unpruned,
                Interval(low: unpruned - margin, high: unpruned + margin),
                n: guessing.unpruned.n, said: guessing.unpruned.text(),
                label: "unpruned \(Wording.number(unpruned))%"))
        rows.append(
            FigurePoint(
                Self.chance, kept: 100, accuracy: guessing.rate, n: 0,
                said: Wording.number(guessing.rate),
                label: "guessing \(Wording.number(guessing.rate))%"))
        if let best = answer.best, let loss = best.loss {
            rows.append(
                FigurePoint(
                    Self.found, kept: 100 - best.removed.mean,
                    accuracy: unpruned + loss.estimate.mean, n: loss.estimate.n, said: loss.text,
                    label: "\(Wording.number(best.removed.mean))% gone, no loss"))
        }
        return rows
    }

    /// Whether the words at the answer need the right end of the band.
    private var isFar: Bool { (answer.best?.removed.mean ?? 0) > 55 }

    /// From the unpruned network to the least that was left.
    private func line(_ technique: String) -> [FigurePoint] {
        let arms = answer.arms.filter { $0.technique == technique && Self.isDrawn($0) }
            .sorted { $0.removed.mean < $1.removed.mean }
        let start = FigurePoint(
            technique, kept: 100, accuracy: unpruned, Interval(low: unpruned, high: unpruned),
            n: guessing.unpruned.n, said: "unpruned: \(guessing.unpruned.text())")
        return [start]
            + arms.compactMap { arm in
                guard let loss = arm.loss else { return nil }
                let interval = loss.interval.map {
                    Interval(low: unpruned + $0.low, high: unpruned + $0.high)
                }
                return FigurePoint(
                    technique, kept: 100 - arm.removed.mean,
                    accuracy: unpruned + loss.estimate.mean, interval, n: loss.estimate.n,
                    said: "\(arm.accuracy.text())%; \(loss.text) points against unpruned")
            }
    }
}

extension OpeningFigure {
    private static let scale = VegaLite.Scale(zero: true)
    private static let title = "right on test pictures (%)"
    private static let accuracy = VegaLite.Channel.quantitative("accuracy", title, scale: scale)
    private static let low = VegaLite.Channel.quantitative("low", title, scale: scale)
    private static let place = VegaLite.Channel.quantitative(
        "place", "weights left (%)",
        scale: .init(domain: .ends(0, 100), zero: true, nice: false, reverse: true),
        axis: .init(values: [100, 90, 80, 70, 60, 50, 40, 30, 20, 10, 0], grid: false))

    private var color: VegaLite.Channel {
        let shown = Self.styles.filter { names.contains($0.technique) }
        return VegaLite.Channel(
            field: "series", type: "nominal", title: "",
            scale: .init(
                domain: .names(shown.map(\.technique)), range: .colors(shown.map(\.color))))
    }

    private var layers: [VegaLite.Layer] {
        [band, Self.rule(Self.base), Self.rule(Self.chance, dash: [5, 4])]
            + techniques
            + [
                Self.words(Self.base, align: isFar ? "left" : "right"),
                Self.words(Self.chance, align: "left"),
                ring, Self.ringWords,
            ]
    }

    private static func only(_ series: String) -> [VegaLite.Transform] {
        [.init(filter: "datum.series === '\(series)'")]
    }

    private var band: VegaLite.Layer {
        var encoding = VegaLite.Encoding(y: Self.low)
        encoding.y2 = VegaLite.Channel(field: "high")
        return VegaLite.Layer(
            mark: .init(type: "rect", opacity: 0.18, color: Palette.grey), encoding: encoding,
            transform: Self.only(Self.base))
    }

    private static func rule(_ series: String, dash: [Double]? = nil) -> VegaLite.Layer {
        VegaLite.Layer(
            mark: .init(type: "rule", strokeWidth: 1.5, color: Palette.grey, strokeDash: dash),
            encoding: .init(y: accuracy), transform: only(series))
    }

    private static func words(_ series: String, align: String) -> VegaLite.Layer {
        let y =
            series == base
            ? VegaLite.Channel.quantitative("high", title, scale: scale) : accuracy
        return VegaLite.Layer(
            mark: .init(
                type: "text", color: Palette.grey, align: align, baseline: "bottom",
                dx: align == "left" ? 4 : -4, dy: -4, fontSize: 12),
            encoding: .init(x: place, y: y, text: .init(field: "label", type: "nominal")),
            transform: only(series))
    }

    private var techniques: [VegaLite.Layer] {
        let own = [
            VegaLite.Transform(
                filter: "indexof(['\(Self.base)', '\(Self.chance)', '\(Self.found)'], "
                    + "datum.series) < 0")
        ]
        var area = VegaLite.Encoding(x: Self.place, y: Self.low, color: color)
        area.y2 = VegaLite.Channel(field: "high")
        let line = VegaLite.Encoding(x: Self.place, y: Self.accuracy, color: color)
        var dots = line
        dots.tooltip = [
            .nominal("series", "technique"),
            .quantitative("kept", "weights left (%)", format: ".1f"), .nominal("said", "right"),
        ]
        return [
            .init(
                mark: .init(type: "area", opacity: 0.16), encoding: area,
                transform: own + [.init(filter: "isValid(datum.low)")]),
            .init(mark: .init(type: "line", strokeWidth: 2.5), encoding: line, transform: own),
            .init(
                mark: .init(type: "point", size: 50, filled: true), encoding: dots, transform: own),
        ]
    }

    private var ring: VegaLite.Layer {
        VegaLite.Layer(
            mark: .init(
                type: "point", strokeWidth: 2.5, size: 320, filled: false, color: Palette.green),
            encoding: .init(x: Self.place, y: Self.accuracy), transform: Self.only(Self.found))
    }

    private static var ringWords: VegaLite.Layer {
        VegaLite.Layer(
            mark: .init(
                type: "text", color: Palette.green, dy: -32, fontSize: 14, fontWeight: "bold"),
            encoding: .init(
                x: place, y: accuracy, text: .init(field: "label", type: "nominal")),
            transform: only(found))
    }
}

extension VegaLite.Config {
    /// The legend above, where the eye begins.
    static let opening: VegaLite.Config = {
        var config = VegaLite.Config.light
        config.legend.orient = "top"
        return config
    }()
}
