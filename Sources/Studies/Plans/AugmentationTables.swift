import Core
import Findings
import Statistics

/// What pictures that are added to a training part change: a row a way, a table a protocol.
struct AugmentationTables {
    private let title: String
    private let runs: [TechniqueRun]

    /// - Parameter runs: of one experiment under one protocol.
    init(_ title: String, _ runs: [TechniqueRun]) { (self.title, self.runs) = (title, runs) }

    /// None where nothing is added to any run's pictures, or to all.
    var tables: [TextTable] {
        let ways = ExperimentReport.keys(
            runs.compactMap { $0.variation.map { Way($0.recipe.augmentation) } })
        guard let base = ways.first(where: { $0.added == nil }),
            ways.contains(where: { $0.added != nil })
        else { return [] }
        return [rights(ways, base), losses(ways, base)].compactMap { $0 }
    }

    /// How a run's pictures were varied; the protocol's own way says nothing.
    private struct Way: Hashable {
        let augmentation: StudyProtocol.Augmentation?

        init(_ augmentation: StudyProtocol.Augmentation?) { self.augmentation = augmentation }

        var added: AddedPictures? { augmentation?.added }
        var words: String { augmentation?.words ?? "none added" }
    }

    /// Test accuracies by seed, of unpruned networks or of those that some recipe made otherwise.
    private func accuracies(_ way: Way, _ recipe: Recipe?) -> [UInt64: Double] {
        let own = runs.filter { run in
            guard let found = run.variation?.recipe, Way(found.augmentation) == way else {
                return false
            }
            guard let recipe else { return found.technique == .unpruned }
            return found.plain == recipe
        }
        return Dictionary(
            own.compactMap { run in run.training.test.map { (run.seed, $0.accuracy) } },
            uniquingKeysWith: { first, _ in first })
    }

    private func points(_ values: [UInt64: Double]) -> Summary {
        Summary(scaled: Summary(values.keys.sorted().compactMap { values[$0] }))
    }

    private func difference(_ a: [UInt64: Double], _ b: [UInt64: Double]) -> Summary {
        points(
            a.reduce(into: [:]) { all, entry in
                all[entry.key] = b[entry.key].map { entry.value - $0 }
            })
    }

    private func rights(_ ways: [Way], _ base: Way) -> TextTable {
        let plain = accuracies(base, nil)
        let control = ways.first { $0.added.map { $0.kind == nil } ?? false }
        let repeated = control.map { accuracies($0, nil) }
        return TextTable(
            title: "\(title): unpruned",
            header: [
                "training pictures", "right", "against none added", "against repeated", "they",
            ],
            rows: ways.map { way in
                let own = accuracies(way, nil)
                let change = difference(own, plain)
                let beside = repeated.map { difference(own, $0) }
                let isGenerated = way.added?.kind != nil
                return [
                    way.words, points(own).text(), way == base ? "" : change.text(signed: true),
                    isGenerated ? beside?.text(signed: true) ?? "" : "",
                    isGenerated ? GeneratedVerdict(beside ?? change).words : "",
                ]
            },
            notes: [
                "Percent of the test pictures and points, mean [95% interval] over the seeds, n = "
                    + "\(plain.count), pairs of the same seed and division. repeated: as many of the training "
                    + "part's own pictures a second time, and so as many steps; whether generated ones help is "
                    + "judged against that where it was run."
            ])
    }

    /// Whether pruning costs more or less.
    private func losses(_ ways: [Way], _ base: Way) -> TextTable? {
        let recipes = ExperimentReport.keys(
            runs.compactMap { $0.variation?.recipe.plain }.filter { $0.technique.method != nil })
        guard !recipes.isEmpty else { return nil }
        func loss(_ way: Way, _ recipe: Recipe) -> [UInt64: Double] {
            let pruned = accuracies(way, recipe)
            return accuracies(way, nil).reduce(into: [:]) { all, entry in
                all[entry.key] = pruned[entry.key].map { entry.value - $0 }
            }
        }
        return TextTable(
            title: "\(title): points that pruning loses",
            header: ["training pictures"] + recipes.flatMap { [$0.label, "against none added"] },
            rows: ways.map { way in
                [way.words]
                    + recipes.flatMap { recipe -> [String] in
                        let own = loss(way, recipe)
                        return [
                            own.isEmpty ? "" : points(own).text(signed: true),
                            way == base
                                ? "" : difference(own, loss(base, recipe)).text(signed: true),
                        ]
                    }
            },
            notes: ["Against the unpruned network of the same seed and the same training pictures."]
        )
    }
}

extension Recipe {
    /// The same, whatever its training pictures.
    fileprivate var plain: Recipe {
        var recipe = self
        recipe.augmentation = nil
        return recipe
    }
}

/// Whether generated pictures help: nothing is said of fewer than six pairs of runs.
package struct GeneratedVerdict: Sendable, Equatable {
    package enum Answer: String, Sendable {
        case helps = "help"
        case harms = "harm"
        case unclear = "cannot tell"
        case few = "too few seeds to tell"
    }

    package let answer: Answer

    /// - Parameter change: points gained, over pairs.
    package init(_ change: Summary) {
        guard change.n >= Judge.leastPairs, let interval = change.interval else {
            answer = .few
            return
        }
        answer = interval.low > 0 ? .helps : interval.high < 0 ? .harms : .unclear
    }

    package var words: String { answer.rawValue }
}
