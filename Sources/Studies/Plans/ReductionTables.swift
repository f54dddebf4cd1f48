import Core
import Pruning
import Statistics

/// What budgets cost: a table for each budget and number of epochs, a row a criterion, a column a repair.
struct ReductionTables {
    private let title: String
    private let runs: [TechniqueRun]
    private let unpruned: [UInt64: Double]

    /// - Parameter runs: of one experiment under one protocol.
    init(_ title: String, _ runs: [TechniqueRun]) {
        (self.title, self.runs) = (title, runs)
        unpruned = Dictionary(
            runs.filter { $0.technique == .unpruned }.compactMap { run in
                run.training.test.map { (run.seed, $0.accuracy) }
            }, uniquingKeysWith: { first, _ in first })
    }

    /// None where no run has a budget.
    var tables: [TextTable] {
        let recipes = ExperimentReport.recipes(runs)
        let keys = ExperimentReport.keys(
            recipes.compactMap { recipe in
                recipe.budget.map { Key(budget: $0, epochs: recipe.epochs) }
            })
        return keys.map { key in
            table(key, recipes.filter { $0.budget == key.budget && $0.epochs == key.epochs })
        }
    }

    private struct Key: Hashable {
        let budget: Budget
        let epochs: Int?

        var words: String {
            let training =
                switch epochs {
                case 0: "not trained"
                case let epochs?: "trained for \(epochs) epochs"
                case nil: "trained on"
                }
            return "\(budget.measure.rawValue) \(budget.fraction), \(training)"
        }
    }

    private func table(_ key: Key, _ recipes: [Recipe]) -> TextTable {
        let repairs = ExperimentReport.keys(recipes.map { $0.repair ?? .none })
        let names = ExperimentReport.keys(recipes.map(name))
        let rows = names.map { name in
            [name]
                + repairs.map { repair in
                    lost(recipes.filter { self.name($0) == name && ($0.repair ?? .none) == repair })
                }
        }
        let whole = Summary(scaled: Summary(Array(unpruned.values)))
        return TextTable(
            title: "\(title): \(key.words)",
            header: ["criterion"] + repairs.map { $0 == .none ? "nothing mended" : $0.words },
            rows: rows,
            notes: [
                "Points of test accuracy lost against the unpruned network of the same seed "
                    + "(\(whole.text()) right), mean [95% interval] over the seeds, n = "
                    + "\(unpruned.count); less than 0 is gained."
            ])
    }

    /// Criterion, and the removal where it is not the plain one.
    private func name(_ recipe: Recipe) -> String {
        let removal = recipe.removal.flatMap { $0 == .channels ? nil : ", \($0.rawValue)" }
        return recipe.technique.name + (removal ?? "")
    }

    private func lost(_ recipes: [Recipe]) -> String {
        guard let recipe = recipes.first else { return "" }
        let losses = runs.filter { $0.variation?.recipe == recipe }.compactMap { run in
            run.training.test.flatMap { test in unpruned[run.seed].map { $0 - test.accuracy } }
        }
        return losses.isEmpty ? "" : Summary(scaled: Summary(losses)).text(signed: true)
    }
}
