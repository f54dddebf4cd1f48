/// What an experiment is called in records: short, fixed, and never shown. Its title may change.
package struct ExperimentID: RawRepresentable, Hashable, Sendable, Codable,
    CustomStringConvertible
{
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    /// Reads an identifier, or the title of a record from before there were identifiers.
    package init(from decoder: any Decoder) throws {
        self.init(title: try decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    package var description: String { rawValue }

    package static let figure1 = ExperimentID(rawValue: "fig-1")
    package static let figure1Angles = ExperimentID(rawValue: "fig-1-angles")
    package static let figure1Order = ExperimentID(rawValue: "fig-1-order")
    package static let figure2 = ExperimentID(rawValue: "fig-2")
    package static let figure3 = ExperimentID(rawValue: "fig-3")
    package static let figure4 = ExperimentID(rawValue: "fig-4")
    package static let figure5 = ExperimentID(rawValue: "fig-5")
    package static let figure6 = ExperimentID(rawValue: "fig-6")
    package static let equalEpochs = ExperimentID(rawValue: "equal-epochs")
    package static let scratch = ExperimentID(rawValue: "scratch")
    package static let rewinding = ExperimentID(rawValue: "rewinding")
    package static let secondArchitecture = ExperimentID(rawValue: "second-architecture")
    package static let iterative = ExperimentID(rawValue: "iterative")
    package static let cost = ExperimentID(rawValue: "cost")
    package static let comparison = ExperimentID(rawValue: "comparison")

    /// Titles of the experiments that come with Winnow; a study file's own have theirs.
    package static let titles: [(id: ExperimentID, title: String)] = [
        (.figure1, "Fig. 1"), (.figure1Angles, "Fig. 1 at 45 and 50 degrees"),
        (.figure1Order, "Fig. 1 by merging order"),
        (.figure2, "Fig. 2"), (.figure3, "Fig. 3"), (.figure4, "Fig. 4"), (.figure5, "Fig. 5"),
        (.figure6, "Fig. 6"), (.equalEpochs, "Equal total epochs"),
        (.scratch, "Pretrained and from scratch"), (.rewinding, "Rewinding"),
        (.secondArchitecture, "Second architecture"), (.iterative, "Iterative and one-shot"),
        (.cost, "Compression and speed"), (.comparison, "Techniques compared"),
    ]

    /// The identifier that goes with a title: the known one, otherwise the title itself, which an
    /// experiment of a study file is then known by.
    package init(title: String) {
        self = Self.titles.first { $0.title == title }?.id ?? ExperimentID(rawValue: title)
    }

    /// As a reader sees it.
    package var title: String { Self.titles.first { $0.id == self }?.title ?? rawValue }

    /// Whether it is one of the paper's figures, or the comparison that stands in for them.
    package var isPapers: Bool {
        [.figure1, .figure2, .figure3, .figure4, .figure5, .figure6, .comparison].contains(self)
    }
}
