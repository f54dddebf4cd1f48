import Core

/// How data is split, augmented and read: the difference between a number and a trustworthy one.
package struct DataProtocol: Sendable {
    package let name: String
    package let summary: String
    /// Whether test pictures have relatives in training by design; every result then says so.
    package let leaks: Bool
    /// The part whose accuracy chooses the epoch that is quoted.
    package let choosesOn: SplitPart
    private let make:
        @Sendable (SplitProblem, Int, SplitSettings, SplitStrategy?) throws(DatasetError) ->
            [SampleSplit]

    /// All protocols; `--help` and the tests are made from this list.
    package static let all: [DataProtocol] = [asPaper, leakFree]

    /// The protocol of that name.
    /// - Throws: `DatasetError` with the names there are.
    package static func named(_ name: String) throws(DatasetError) -> DataProtocol {
        guard let found = all.first(where: { $0.name == name }) else {
            throw DatasetError(
                NearestName.refusal(of: name, "protocol", among: all.map(\.name)))
        }
        return found
    }

    /// The samples of each round, from the settings' seed alone.
    ///
    /// - Parameters:
    ///   - copies: what a picture grows to, itself included (3 in the paper; 1 for no copies).
    ///   - strategy: how pictures are divided; nil for the protocol's own way. `leak-free` takes
    ///     those that keep groups.
    /// - Throws: `DatasetError` for settings, groups or a strategy that cannot work.
    package func rounds(
        _ problem: SplitProblem, copies: Int = 3, settings: SplitSettings,
        strategy: SplitStrategy? = nil
    ) throws(DatasetError) -> [SampleSplit] {
        guard copies >= 1, copies <= 1000 else {
            throw DatasetError("protocol: a picture cannot grow to \(copies); give 1...1000")
        }
        return try make(problem, copies, settings, strategy)
    }

    /// Augment first, then split the augmented list at random: test pictures' siblings are trained
    /// on.
    ///
    /// The test part has `ceil(share * pictures) * copies` samples (68 x 3 = 204 of 2025 in the
    /// paper); there is no validation part, and the best test epoch is quoted. With a strategy the
    /// pictures are divided by it, and only training pictures grow: what leaks then are relatives.
    package static let asPaper = DataProtocol(
        name: "as-paper", summary: "augment, then split the copies at random; best test epoch",
        leaks: true, choosesOn: .test
    ) { problem, copies, settings, strategy throws(DatasetError) in
        if let strategy {
            return try strategy.rounds(problem, settings).map { augmentedInTraining($0, copies) }
        }
        var plain = settings
        plain.validation = 0
        let test = try plain.sizes(problem.count).test * copies
        let samples = (0..<problem.count).flatMap { picture in
            (0..<copies).map { Sample(picture: picture, copy: $0) }
        }
        var generator = SplitMix64(seed: settings.seed)
        var parts = [SplitPart](repeating: .train, count: samples.count)
        for index in generator.shuffledFromBack(Array(samples.indices)).prefix(test) {
            parts[index] = .test
        }
        return [SampleSplit(samples: samples, parts: parts)]
    }

    /// Split by group first; only training pictures are augmented; validation chooses the epoch.
    package static let leakFree = DataProtocol(
        name: "leak-free", summary: "split by group, augment training only; validation chooses",
        leaks: false, choosesOn: .validation
    ) { problem, copies, settings, strategy throws(DatasetError) in
        let strategy = strategy ?? .grouped
        guard strategy.keepsGroups else {
            let keeping = SplitStrategy.all.filter(\.keepsGroups).map(\.name)
            throw DatasetError(
                "protocol leak-free needs a split that keeps groups whole; '\(strategy.name)' does "
                    + "not. Choose \(keeping.joined(separator: ", ")), or take "
                    + "'\(strategy.name)' under protocol as-paper, which says in every result that "
                    + "it leaks")
        }
        guard settings.validation > 0 else {
            throw DatasetError("protocol leak-free chooses on a validation part: give it a share")
        }
        return try strategy.rounds(problem, settings).map { split in
            augmentedInTraining(split, copies)
        }
    }

    private static func augmentedInTraining(_ split: Split, _ copies: Int) -> SampleSplit {
        var samples: [Sample] = []
        var parts: [SplitPart] = []
        for (picture, part) in split.parts.enumerated() {
            for copy in 0..<(part == .train ? copies : 1) {
                samples.append(Sample(picture: picture, copy: copy))
                parts.append(part)
            }
        }
        return SampleSplit(samples: samples, parts: parts)
    }
}
