import Core
import Findings
import Formats
import Foundation
import Statistics

/// Every run of a study, experiment by experiment.
package struct ExperimentReport: Codable, Sendable {
    /// What the numbers of each protocol rest on.
    package let conditions: [Conditions]
    /// Each with its `variation`.
    package let runs: [TechniqueRun]

    package init(conditions: [Conditions], runs: [TechniqueRun]) {
        self.conditions = conditions
        self.runs = runs
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        // An old record holds the sentences of all protocols in one list.
        if let typed = try? values.decode([Conditions].self, forKey: .conditions) {
            conditions = typed
        } else {
            let lines = try values.decode([String].self, forKey: .conditions)
            conditions = [Conditions(legacy: lines)]
        }
        runs = try values.decode([TechniqueRun].self, forKey: .runs)
    }

    /// The experiments, in the study's order.
    package var experiments: [ExperimentID] {
        Self.keys(runs.flatMap { $0.variation?.experiments ?? [] })
    }

    /// The runs of an experiment, protocol by protocol.
    package func runs(of experiment: ExperimentID) -> [(protocolName: String, runs: [TechniqueRun])]
    {
        let own = runs.filter { $0.variation?.experiments.contains(experiment) == true }
        return Self.keys(own.compactMap { $0.variation?.protocolName }).map { name in
            (name, own.filter { $0.variation?.protocolName == name })
        }
    }

    /// Recipes of runs, each once, in order.
    package static func recipes(_ runs: [TechniqueRun]) -> [Recipe] {
        keys(runs.compactMap { $0.variation?.recipe })
    }

    /// One table an experiment and protocol: a row a recipe, over the seeds.
    package var tables: [TextTable] {
        experiments.flatMap { experiment in
            runs(of: experiment).flatMap { name, runs in
                let title = "\(experiment.title), \(name)"
                let special =
                    AugmentationTables(title, runs).tables + ReductionTables(title, runs).tables
                return special.isEmpty ? [table(title, runs)] : special
            }
        }
    }

    private func table(_ title: String, _ runs: [TechniqueRun]) -> TextTable {
        let rows = Self.recipes(runs).map { recipe in
            let own = runs.filter { $0.variation?.recipe == recipe }
            let densities = own.compactMap { $0.pruning?.density.fraction }
            let kept =
                densities.isEmpty
                ? 1 : densities.reduce(0, +) / Double(densities.count)
            let isBase = recipe.technique == .unpruned
            return [
                "\(recipe.architecture.rawValue): \(recipe.label)",
                TicketReport.percent(kept) + "%",
                points(Summary(own.map(\.training.best).filter { !$0.isNaN })),
                points(Summary(own.compactMap { $0.training.test?.accuracy })),
                isBase
                    ? "" : points(Summary(own.map { $0.training.best - $0.target }), signed: true),
                own.map { $0.epochsToReach.map(String.init) ?? "never" }.joined(separator: ", "),
            ]
        }
        return TextTable(
            title: title,
            header: ["network", "kept", "best", "test", "difference", "epochs"], rows: rows,
            notes: [
                "In points, mean [95% interval] over the seeds. best: validation accuracy. difference: "
                    + "best less that of the same start, unpruned, seed by seed. epochs: to reach it."
            ])
    }

    private func points(_ summary: Summary, signed: Bool = false) -> String {
        summary.n == 0 ? "" : Summary(scaled: summary).text(signed: signed)
    }

    /// In the order of their first mention.
    package static func keys<Key: Hashable>(_ all: [Key]) -> [Key] {
        var seen: Set<Key> = []
        return all.filter { seen.insert($0).inserted }
    }

    private var lines: [String] { conditions.flatMap(\.lines) }

    /// Text for a terminal.
    package var plain: String {
        (lines.joined(separator: "\n") + "\n\n")
            + tables.map(\.plain).joined(separator: "\n")
    }

    /// Writes `experiments.json` and `experiments.md`.
    package func write(to folder: URL) throws {
        try StageStore.write(self, to: folder.appendingPathComponent("experiments.json"))
        let text =
            lines.map { "- " + $0 }.joined(separator: "\n") + "\n\n"
            + tables.map(\.markdown).joined(separator: "\n")
        try AtomicFile.write(Data(text.utf8), to: folder.appendingPathComponent("experiments.md"))
    }
}
