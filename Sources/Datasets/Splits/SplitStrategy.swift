import Core

/// A way to split a data set into training, validation and test parts, in one round or several.
package struct SplitStrategy: Sendable {
    package let name: String
    package let summary: String
    /// Whether it keeps groups whole (and so needs them).
    package let keepsGroups: Bool
    private let make:
        @Sendable (SplitProblem, SplitSettings, inout SplitMix64) throws(DatasetError) ->
            [Split]

    init(
        _ name: String, _ summary: String, keepsGroups: Bool,
        _ make:
            @escaping @Sendable (
                SplitProblem, SplitSettings, inout SplitMix64
            ) throws(DatasetError) -> [Split]
    ) {
        self.name = name
        self.summary = summary
        self.keepsGroups = keepsGroups
        self.make = make
    }

    /// All strategies; `--help` and the tests are made from this list.
    package static let all: [SplitStrategy] = [
        random, stratified, grouped, kFold, groupedKFold, personIndependent,
    ]

    /// The strategy of that name.
    /// - Throws: `DatasetError` with the names there are.
    package static func named(_ name: String) throws(DatasetError) -> SplitStrategy {
        guard let found = all.first(where: { $0.name == name }) else {
            throw DatasetError(
                NearestName.refusal(of: name, "split", among: all.map(\.name)))
        }
        return found
    }

    /// One split a round, from the settings' seed alone; groups that must stay whole are checked.
    /// - Throws: `DatasetError` for shares, folds or groups that cannot work.
    package func rounds(
        _ problem: SplitProblem, _ settings: SplitSettings
    ) throws(DatasetError) -> [Split] {
        var generator = SplitMix64(seed: settings.seed)
        let rounds = try make(problem, settings, &generator)
        for round in rounds {
            for part in [SplitPart.train, .test] where !round.parts.contains(part) {
                throw DatasetError(
                    "split '\(name)': the \(part.rawValue) part is empty. Give more pictures or "
                        + "groups, or other shares")
            }
            if keepsGroups, let grouping = problem.grouping { try round.checkGroups(grouping) }
        }
        return rounds
    }
}
