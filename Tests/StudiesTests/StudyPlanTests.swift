import Core
import Foundation
import Models
import Pruning
import Testing
import Training

@testable import Studies

@Suite struct StudyPlanTests {
    private static let facts = PlanFacts(
        classes: ["a", "b"], identity: "pictures", groupRule: "prefix",
        weights: [.resnet18: .file(hash: "w18"), .resnet34: .file(hash: "w34")])

    private func plan(_ study: Study, _ facts: PlanFacts = Self.facts) throws -> StudyPlan {
        try StudyPlanner.plan(study, facts)
    }

    private func study(_ experiments: [Experiment], seeds: [UInt64] = [0]) -> Study {
        var study = Study.quick
        study.experiments = experiments
        study.seeds = seeds
        study.protocols = [.leakFree(epochs: 4)]
        return study
    }

    /// Parents come first and every stage is there once: no cycle, nothing twice.
    @Test(arguments: StudyPreset.all.map(\.name))
    func parentsComeFirst(_ name: String) throws {
        let plan = try plan(StudyPreset.named(name).study)
        var seen: Set<String> = []
        for item in plan.items {
            #expect(item.stage.parents.allSatisfy(seen.contains), "\(item.label)")
            #expect(seen.insert(item.stage.id).inserted, "\(item.label)")
            #expect(plan[item.stage.id]?.label == item.label)
        }
        for run in plan.runs {
            let stages = [run.fine, run.trained] + (run.pruned.map { [$0] } ?? [])
            #expect(stages.allSatisfy { seen.contains($0.id) })
        }
        let runs = plan.runs.map { "\($0.recipe) \($0.protocolName) \($0.seed)" }
        #expect(Set(runs).count == runs.count)
    }

    /// Every figure and every question beyond the paper, under the protocols that it names.
    @Test(arguments: StudyPreset.all.map(\.name))
    func everyFigureIsThere(_ name: String) throws {
        let study = try StudyPreset.named(name).study
        let plan = try plan(study)
        for experiment in study.experiments {
            for kind in experiment.protocols ?? study.protocols.map(\.name) {
                let seeds = plan.runs.filter {
                    $0.experiments.contains(experiment.id) && $0.protocolName == kind
                }.map(\.seed)
                let wanted = study.seeds.prefix(experiment.seeds ?? .max)
                #expect(Set(seeds).isSuperset(of: wanted), "\(experiment.name) \(kind)")
            }
        }
        let names = study.experiments.map(\.name)
        // The studies of reductions and of generated pictures have none of the paper's figures.
        let figures = ["reduction", "generated"].contains(study.preset) ? [] : Array(1...6)
        for figure in figures { #expect(names.contains("Fig. \(figure)")) }
        #expect(study.seeds.count >= 6)
    }

    /// Counted by hand.
    @Test func sharedParentsAreDoneOnce() throws {
        func count(_ experiments: [Experiment], seeds: [UInt64] = [0]) throws -> Int {
            try plan(study(experiments, seeds: seeds)).items.count
        }
        // Start, fine-tune; then prune, rewind, train.
        let one = Experiment("one", [.unpruned, .percentile], amounts: [0.5])
        #expect(try count([one]) == 5)
        #expect(try count([one, one]) == 5)
        #expect(try count([one], seeds: [0, 1]) == 10)
        let both = Experiment("both", [.unpruned, .percentile, .random], amounts: [0.5])
        #expect(try count([one, both]) == 8)
        // Fine-tuned: train. Early: train the epochs, rewind, train. Random: start, rewind, train.
        let rewinds = Experiment(
            "rewinds", [.percentile], amounts: [0.5], rewinds: RewindPoint.allCases)
        #expect(try count([one, rewinds]) == 5 + 1 + 3 + 3)
        // The first round is another amount, so nothing but start and fine-tuning is shared.
        let rounds = Experiment("rounds", [.percentile], amounts: [0.5], rounds: [1, 2])
        #expect(try count([one, rounds]) == 5 + 6)
        // From scratch: the start is the random rewind point's.
        let scratch = Experiment("scratch", [.unpruned], starts: [.scratch])
        #expect(try count([one, rewinds, scratch]) == 12 + 1)
        let angles = Experiment("angles", [.distinctiveness, .matched], angles: [45, 50])
        #expect(try count([angles]) == 2 + 4 * 2)
    }

    @Test func runsOfSeveralExperimentsNameThemAll() throws {
        let one = Experiment("one", [.unpruned, .percentile], amounts: [0.5])
        let two = Experiment("two", [.percentile, .percentile], amounts: [0.5, 0.9])
        let runs = try plan(study([one, two])).runs
        #expect(
            runs.map { $0.experiments.map(\.rawValue) } == [["one"], ["one", "two"], ["two"]])
    }

    @Test func anExperimentMayTakeFewerSeeds() throws {
        let all = Experiment("all", [.unpruned, .percentile], amounts: [0.5])
        let few = Experiment("few", [.unpruned, .percentile], amounts: [0.9], seeds: 2)
        let runs = try plan(study([all, few], seeds: [4, 5, 6])).runs
        #expect(runs.filter { $0.recipe.amount == 0.5 }.map(\.seed) == [4, 5, 6])
        #expect(runs.filter { $0.recipe.amount == 0.9 }.map(\.seed) == [4, 5])
        #expect(throws: StudyError.self) {
            try plan(study([Experiment("none", [.unpruned], seeds: 0)]))
        }
    }

    /// Seeds take turns at the parts of one dealing; more seeds than parts deal again.
    @Test func seedsTakeTurns() {
        var study = Study.quick
        let kind = StudyProtocol.leakFree(epochs: 1)
        let turns = study.seeds.compactMap { study.turn(kind, $0) }
        #expect(turns.map(\.part) == [0, 1, 2, 3, 4, 5])
        #expect(Set(turns.map(\.parts)) == [6] && Set(turns.map(\.dealing)) == [0])
        // A third to test: three parts, which six seeds test twice.
        let thirds = study.seeds.compactMap { study.turn(study.protocols[0], $0) }
        #expect(thirds.map(\.part) == [0, 1, 2, 0, 1, 2])
        #expect(thirds.map(\.dealing) == [0, 0, 0, 1, 1, 1] && thirds[0].parts == 3)
        study.seeds = (0..<12).map { $0 }
        #expect(study.turn(kind, 11) == SplitTurn(part: 4, parts: 7, dealing: 1))
        #expect(study.turn(.asPaper(epochs: 1), 0) == nil)
        #expect(study.turn(kind, 99) == nil)
        study.seeds = [0, 1, 2, 3]
        #expect(study.turn(kind, 0) == nil)
        let turn = SplitTurn(part: 0, parts: 6, dealing: 0)
        func facts(_ groups: Int) -> PlanFacts {
            PlanFacts(
                classes: ["a"], identity: "", groupRule: "prefix", weights: [:], groups: groups)
        }
        #expect(facts(12).split(kind, seed: 0, turn: turn).turn == turn)
        #expect(facts(11).split(kind, seed: 0, turn: turn).turn == nil)
    }

    @Test func aPartBringsWhatItNeeds() throws {
        let plan = try plan(.quick)
        let part = try plan.items(labelled: "seed 1  leak-free  random ticket 50%")
        // Start, fine-tune, prune, rewind, train.
        #expect(part.count == 5 && part.last?.label.hasSuffix("random ticket 50%") == true)
        let ids = Set(part.map(\.stage.id))
        #expect(part.allSatisfy { $0.stage.parents.allSatisfy(ids.contains) })
        #expect(throws: StudyError.self) { try plan.items(labelled: "seed 7") }
    }

    /// (1 - p)^rounds = 1 - amount.
    @Test func roundsReachTheAmount() {
        for rounds in 1...5 {
            var recipe = Recipe(technique: .percentile, amount: 0.9, architecture: .resnet18)
            recipe.rounds = rounds
            let all = (1...rounds).map { recipe.amount(round: $0) }
            #expect(Set(all).count == 1)
            #expect(abs(all.reduce(1) { $0 * (1 - $1) } - 0.1) < 1e-10)
        }
    }

    /// A cubic schedule reaches it too, and takes the most at first.
    @Test func aCubicScheduleTakesLessAndLess() throws {
        var recipe = Recipe(technique: .percentile, amount: 0.9, architecture: .resnet18)
        (recipe.rounds, recipe.schedule) = (4, .cubic)
        let all = (1...4).map { recipe.amount(round: $0) }
        #expect(abs(all.reduce(1) { $0 * (1 - $1) } - 0.1) < 1e-10)
        // Left: 0.1 + 0.9 (1 - t / 4)^3.
        #expect(abs(all[0] - (1 - (0.1 + 0.9 * 0.421875))) < 1e-10)
        let both = Experiment(
            "both", [.percentile], amounts: [0.9], rounds: [1, 4], schedules: [.geometric, .cubic])
        let recipes = both.recipes(.resnet18)
        #expect(recipes.map(\.rounds) == [1, 4, 4])
        #expect(Set(recipes.map(\.label)).count == 3)
        #expect(try plan(study([both])).runs.count == 3)
        let error = #expect(throws: StudyError.self) {
            try plan(
                study([Experiment("x", [.percentile], amounts: [0.9], schedules: [.cubic])]))
        }
        #expect(error?.description.contains("name rounds") == true)
    }

    @Test func withoutWeightsTheArchitectureIsNamed() throws {
        let facts = PlanFacts(classes: ["a"], identity: "x", groupRule: "none", weights: [:])
        let error = #expect(throws: StudyError.self) { _ = try plan(.quick, facts) }
        #expect(error?.description.contains("resnet18") == true)
    }

    /// Pretraining sees the leak-free training part of a seed, and serves both protocols.
    @Test func aSourceTaskIsDoneOnceASeed() throws {
        let facts = PlanFacts(
            classes: ["a", "b"], identity: "x", groupRule: "prefix",
            weights: [
                .resnet18: .task(.people(epochs: 1)), .resnet34: .task(.people(epochs: 1)),
            ])
        let study = Study.paper
        let plan = try plan(study, facts)
        var architectures: [Architecture] = []
        for item in plan.items {
            guard case .pretrain(_, let architecture, let split) = item.stage.work else { continue }
            #expect(split.protocolName == "leak-free")
            architectures.append(architecture)
        }
        #expect(architectures.count { $0 == .resnet18 } == study.seeds.count)
        #expect(architectures.count { $0 == .resnet34 } == study.seeds.count)
        var changes = StudyChanges()
        changes.protocolName = "as-paper"
        let leaky = try self.plan(study.changed(changes), facts)
        let own = leaky.items.filter {
            if case .pretrain(_, _, let split) = $0.stage.work {
                split.protocolName == "as-paper"
            } else {
                false
            }
        }
        #expect(own.count == 2 * study.seeds.count)
    }

    @Test(arguments: [
        Experiment("", [.unpruned]), Experiment("x", []), Experiment("x", [.percentile]),
        Experiment("x", [.percentile], amounts: [1.5]),
        Experiment("x", [.distinctiveness], angles: [200]),
        Experiment("x", [.percentile], amounts: [0.5], rounds: [0]),
        Experiment("x", [.distinctiveness], amounts: [0.5], rounds: [2]),
        Experiment("x", [.unpruned], protocols: ["other"]),
    ])
    func whatCannotRunIsRefused(_ experiment: Experiment) {
        #expect(throws: StudyError.self) { try study([experiment]).check() }
    }
}
