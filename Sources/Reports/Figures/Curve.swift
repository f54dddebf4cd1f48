import Studies

/// One technique at one amount, as a figure draws it.
struct Curve: Equatable {
    let technique: Technique
    let amount: Double?
    let color: String
    let dash: [Double]

    var name: String {
        technique.rawValue + (amount.map { " \(TicketReport.percent($0))%" } ?? "")
    }

    /// Watched accuracy after each epoch, over the seeds.
    func points(_ evidence: TicketEvidence) -> [FigurePoint] {
        let runs = evidence.seeds.compactMap { evidence.run(technique, amount, seed: $0) }
        let epochs = runs.map(\.training.accuracies.count).max() ?? 0
        return (0..<epochs).map { epoch in
            let values = runs.map(\.training.accuracies).compactMap {
                epoch < $0.count ? 100 * $0[epoch] : nil
            }
            return FigurePoint(name, epoch: epoch + 1, percent: Summary(values))
        }
    }
}

/// Colours that are told apart on white and on black, also by most who see few colours.
enum Palette {
    static let grey = "#7c7c86"
    static let blue = "#3f83c9"
    static let lightBlue = "#45b3c9"
    static let orange = "#ee8a1d"
    static let red = "#df4f5d"
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
