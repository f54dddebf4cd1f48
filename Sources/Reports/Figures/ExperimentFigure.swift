import Findings
import Statistics
import Studies

/// A figure for each experiment that is none of the paper's six: what the paper asks for and did not do,
/// and whatever a study file adds.
enum ExperimentFigure {
    static func groups(_ report: ExperimentReport) -> [FigureGroup] {
        names(report).enumerated().map { index, id in
            let number = "Beyond \(index + 1)"
            return FigureGroup(
                number: number, title: id.title, note: notes[id] ?? "",
                figures: report.runs(of: id).map {
                    figure(number, id.title, $0.protocolName, $0.runs)
                },
                missing: [])
        }
    }

    /// Experiments beyond Figs. 1 to 6, in the study's order.
    static func names(_ report: ExperimentReport) -> [ExperimentID] {
        report.experiments.filter { !$0.isPapers }
    }

    /// What a reader must know of the experiments of the presets.
    private static let notes: [ExperimentID: String] = [
        .figure1Angles:
            "The paper's own bounds: filters under the angle go, whatever share that is; percentile at "
            + "the largest share of any layer ('as the paper') and at each layer's own ('matched').",
        .figure1Order:
            "The most alike filters of each layer go first until the amount is reached, whatever their "
            + "angle; percentile takes as many weights of each layer ('matched to order').",
        .equalEpochs:
            "The control is trained for as many epochs in all as a ticket and the fine-tuning that "
            + "found its mask.",
        .scratch:
            "The same from random weights: what the paper tried and found nothing significant in.",
        .rewinding:
            "The same masks, put on the fine-tuned weights, on those of an early epoch, on what "
            + "fine-tuning started from, and on other random weights.",
        .secondArchitecture: "The same tickets in another network.",
        .iterative:
            "The amount taken in several rounds of pruning and training, or at once. Rounds cost as "
            + "many trainings.",
        .cost:
            "The networks whose size and speed are measured; the table is below.",
    ]

    private static func figure(
        _ number: String, _ name: String, _ protocolName: String, _ runs: [TechniqueRun]
    ) -> Figure {
        let recipes = ExperimentReport.recipes(runs)
        let several = Set(recipes.map(\.architecture)).count > 1
        let curves = recipes.enumerated().map { index, recipe in
            Curve(
                (several ? "\(recipe.architecture.rawValue): " : "") + recipe.label,
                color: color(recipe, index, recipes), dash: dash(recipe)
            ) { $0.variation?.recipe == recipe }
        }
        return Figure(
            id: Slug.of("\(number) \(protocolName)"), label: protocolName,
            says: says(recipes, runs),
            spec: CurveFigure.spec(
                curves, runs, description: "\(number) \(name) (\(protocolName))",
                isTest: !runs.contains { $0.training.test != nil }))
    }

    private static func color(_ recipe: Recipe, _ index: Int, _ all: [Recipe]) -> String {
        recipe.technique == .unpruned && index == 0
            ? Palette.grey : Palette.color(index - 1, of: all.count - 1)
    }

    private static func dash(_ recipe: Recipe) -> [Double] {
        let technique = recipe.technique
        if [.unpruned, .percentile, .asThePaper].contains(technique) { return Palette.solid }
        return technique.method == nil || technique.isDerived ? Palette.dotted : Palette.dashed
    }

    /// Each network against the unpruned one of the same start, seed by seed.
    private static func says(_ recipes: [Recipe], _ runs: [TechniqueRun]) -> String {
        Wording.list(
            recipes.compactMap { recipe in
                let differences = runs.filter { $0.variation?.recipe == recipe }
                    .compactMap { run -> Double? in
                        let base = runs.first {
                            $0.variation?.recipe == recipe.unpruned && $0.seed == run.seed
                        }
                        return base.map { run.accuracy - $0.accuracy }
                    }
                guard recipe != recipe.unpruned, !differences.isEmpty else { return nil }
                return "\(recipe.label) minus unpruned: " + Wording.points(Summary(differences))
            })
    }
}
