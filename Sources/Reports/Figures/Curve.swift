import Statistics
import Studies

/// One way to make a network, as a figure draws it.
struct Curve: Sendable {
    let name: String
    let color: String
    let dash: [Double]
    /// Whether a run is one of the curve's; at most one a seed is.
    private let holds: @Sendable (TechniqueRun) -> Bool

    init(
        _ name: String, color: String, dash: [Double],
        where holds: @escaping @Sendable (TechniqueRun) -> Bool
    ) {
        self.name = name
        self.color = color
        self.dash = dash
        self.holds = holds
    }

    /// One technique at one amount.
    init(technique: StudyTechnique, amount: Double?, color: String, dash: [Double]) {
        self.init(
            technique.name + (amount.map { " \(TicketReport.percent($0))%" } ?? ""),
            color: color, dash: dash
        ) { $0.technique == technique && $0.amount == amount }
    }

    /// Validation accuracy after each epoch, over the seeds.
    func points(_ runs: [TechniqueRun]) -> [FigurePoint] {
        let own = runs.filter(holds).map(\.training.accuracies)
        return (0..<(own.map(\.count).max() ?? 0)).map { epoch in
            let values = own.compactMap { epoch < $0.count ? 100 * $0[epoch] : nil }
            return FigurePoint(name, epoch: epoch + 1, percent: Summary(values))
        }
    }
}

/// Colours that are told apart on white and on black, also by most who see few colours.
enum Palette {
    static let grey = "#7c7c86"
    static let blue = "#3f83c9"
    static let lightBlue = "#45b3c9"
    static let violet = "#8a63c4"
    static let lightViolet = "#b79be0"
    static let orange = "#ee8a1d"
    static let red = "#df4f5d"
    /// For words too: readable on white and on black.
    static let green = "#1a8f4c"
    /// For amounts in their order.
    static let ramp = ["#2aa08f", "#3f83c9", "#7f6bc4", "#c05aa6", "#df4f5d", "#ee8a1d"]

    static let solid: [Double] = [1, 0]
    static let dashed: [Double] = [7, 4]
    static let dotted: [Double] = [2, 3]

    /// The ramp's colour for the `index`-th of `count`.
    static func color(_ index: Int, of count: Int) -> String {
        guard count > 1, index > 0 else { return ramp[0] }
        let place = Double(min(index, count - 1)) / Double(count - 1) * Double(ramp.count - 1)
        return ramp[Int(place.rounded())]
    }
}
