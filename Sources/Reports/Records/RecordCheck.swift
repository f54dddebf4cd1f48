import Formats
import Studies

/// Refuses a record whose numbers cannot be what a study found.
struct RecordCheck {
    let file: String

    /// Checks every run of a comparison.
    ///
    /// - Throws: `FormatError` with the first fault.
    func check(_ report: TicketReport) throws {
        try need(!report.runs.isEmpty, "holds no runs")
        var keys: Set<String> = []
        var layers: [String]?
        for run in report.runs {
            let amount = run.amount.map { "\($0) " } ?? ""
            let name = "\(run.technique.name) \(amount)seed \(run.seed)"
            try need(keys.insert(name).inserted, "holds \(name) twice")
            try need((0...1).contains(run.amount ?? 0), "\(name): amount outside 0 to 1")
            try need((0...180).contains(run.angle ?? 0), "\(name): angle outside 0 to 180")
            try need(!run.training.history.isEmpty, "\(name): no epochs")
            try check(run.training, name)
            guard let pruning = run.pruning else { continue }
            let counts = [pruning.density] + pruning.layers.map(\.density)
            try need(
                counts.allSatisfy { $0.kept >= 0 && $0.total >= $0.kept },
                "\(name): keeps more weights than there are")
            try need(
                pruning.layers.map(\.name) == layers ?? pruning.layers.map(\.name),
                "\(name): its layers differ from the other runs'")
            layers = pruning.layers.map(\.name)
        }
    }

    /// Checks every run of a study of several experiments.
    func check(_ report: ExperimentReport) throws {
        for run in report.runs {
            guard let variation = run.variation else {
                try need(false, "holds a run of no experiment")
                continue
            }
            let name = "\(variation.recipe.label) seed \(run.seed)"
            try need((0...1).contains(run.amount ?? 0), "\(name): amount outside 0 to 1")
            // What is not trained after it was pruned has no epochs, and is measured as it is.
            try need(
                !run.training.history.isEmpty || variation.recipe.epochs == 0, "\(name): no epochs")
            try check(run.training, name)
        }
    }

    private func check(_ training: TrainingRecord, _ name: String) throws {
        let shares = training.accuracies + [training.test?.accuracy ?? 0]
        try need(
            shares.allSatisfy { (0...1).contains($0) }, "\(name): an accuracy outside 0 to 1")
    }

    private func need(_ holds: Bool, _ fault: String) throws {
        if !holds {
            throw FormatError(
                file: file, found: fault, expected: "what winnow reproduce writes",
                advice: "Run the same winnow reproduce again: finished stages are kept.")
        }
    }

    /// What a decoder stumbled over, in a few words.
    static func reason(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        func place(_ context: DecodingError.Context) -> String {
            let path = context.codingPath.prefix(8).map(\.stringValue).joined(separator: ".")
            return path.isEmpty ? "" : " at \(path.prefix(120))"
        }
        switch error {
        case .keyNotFound(let key, let context):
            return "no '\(key.stringValue)'" + place(context)
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "the wrong kind of value" + place(context)
        case .dataCorrupted(let context):
            return context.codingPath.isEmpty ? "not JSON" : "a wrong value" + place(context)
        @unknown default: return "not JSON"
        }
    }
}
