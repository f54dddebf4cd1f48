import Statistics
import Studies

/// One row of a figure's data: a mean over the seeds, with its 95% interval.
struct FigurePoint: Encodable, Equatable {
    let series: String
    /// For curves, from 1.
    var epoch: Int? = nil
    /// For densities: percent of the weights of convolutions kept, mean over the seeds.
    var kept: Double? = nil
    /// For networks in use: of a picture.
    var milliseconds: Double? = nil
    /// What the mark's form says.
    var form: String? = nil
    /// `kept`, moved a little where techniques would hide each other.
    var place: Double? = nil
    /// Percent; in figures of losses, points.
    let accuracy: Double
    /// Ends of the interval; nil for one seed.
    let low: Double?
    let high: Double?
    let n: Int
    /// As a tooltip says it: `48.2 [45.1, 51.3], n = 3`.
    let said: String
    /// What stands beside the mark.
    var label: String? = nil

    init(_ series: String, epoch: Int? = nil, kept: Double? = nil, percent summary: Summary) {
        self.series = series
        self.epoch = epoch
        self.kept = kept
        accuracy = summary.mean
        low = summary.interval?.low
        high = summary.interval?.high
        n = summary.n
        said = summary.text() + (summary.n > 1 ? ", n = \(summary.n)" : "")
    }

    /// A mean with an interval that was worked out elsewhere.
    init(
        _ series: String, kept: Double? = nil, accuracy: Double, _ interval: Interval? = nil,
        n: Int,
        said: String, label: String? = nil
    ) {
        (self.series, self.kept, self.place) = (series, kept, kept)
        (self.accuracy, self.low, self.high) = (accuracy, interval?.low, interval?.high)
        (self.n, self.said, self.label) = (n, said, label)
    }

    /// Header and rows of the CSV that goes with a figure.
    static func rows(_ points: [FigurePoint]) -> [[String]] {
        let isCurve = points.contains { $0.epoch != nil }
        let isTimed = points.contains { $0.milliseconds != nil }
        let place = isCurve ? "epoch" : isTimed ? "milliseconds" : "kept_percent"
        return [["series", place, "accuracy", "low", "high", "n"]]
            + points.map { point in
                [
                    point.series,
                    point.epoch.map(String.init) ?? text(point.milliseconds ?? point.kept),
                    text(point.accuracy), text(point.low), text(point.high), String(point.n),
                ]
            }
    }

    private static func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
}
