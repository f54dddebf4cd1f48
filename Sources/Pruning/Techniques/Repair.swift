import Core

/// What mends a network without training, after channels have gone: steps that follow each other.
package struct Repair: Sendable, Hashable {
    package enum Step: String, Sendable, CaseIterable {
        case gramRidge = "gram-ridge"
        case variance
        case batchNorm = "batch-norm"

        package var summary: String {
            switch self {
            case .gramRidge: "layers after read what went from what stays, by least squares"
            case .variance: "each filter puts out the mean and spread that it did before"
            case .batchNorm: "batch norms' statistics are taken again"
            }
        }
    }

    /// In the order of the list.
    package let steps: [Step]

    package static let none = Repair([])

    package init(_ steps: [Step]) { self.steps = Step.allCases.filter(steps.contains) }

    /// `none`, or steps: `gram-ridge+batch-norm`; commas do too.
    ///
    /// - Throws: `PruningError` with the step that was probably meant.
    package init(text: String) throws {
        if text == "none" {
            self.init([])
        } else {
            let words = text.split(whereSeparator: { "+,".contains($0) }).map(String.init)
            let known = Step.allCases.map(\.rawValue)
            self.init(
                try words.map { word in
                    guard let step = Step(rawValue: word) else {
                        throw PruningError(
                            NearestName.refusal(of: word, "repair", among: ["none"] + known))
                    }
                    return step
                })
        }
    }

    package var words: String {
        steps.isEmpty ? "none" : steps.map(\.rawValue).joined(separator: "+")
    }
}

extension Repair: Codable {
    package init(from decoder: any Decoder) throws {
        try self.init(text: decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(words)
    }
}
