import Core
import Datasets
import Findings
import Foundation
import Generating
import Models
import Pruning
import Training

/// Makes the stages of a study.
package struct StudyPlanner {
    private let study: Study
    fileprivate let facts: PlanFacts
    private let found = Found()

    /// What is planned so far: one list that copies of the planner share, as each recipe takes one along.
    private final class Found {
        var items: [StudyPlan.Item] = []
        var known: Set<String> = []
        /// Identities are hashes of JSON: what many stages share is written once.
        var families: [Family: StageFamily] = [:]
        /// What many recipes begin with is made once.
        var beginnings: [Beginning: (start: Stage, fine: Stage)] = [:]
    }

    private struct Family: Hashable {
        let work: StageWork
        let data: String?
    }

    /// What decides where a recipe's networks start and how they are fine-tuned.
    fileprivate struct Beginning: Hashable {
        let architecture: Architecture
        let start: StartPoint
        let protocolName: String
        let seed: UInt64
        let augmentation: StudyProtocol.Augmentation?
    }

    /// The stages of a study, shared parents once, parents before children.
    ///
    /// - Throws: `StudyError` for settings that cannot be run, or weights that are not there.
    package static func plan(_ study: Study, _ facts: PlanFacts) throws -> StudyPlan {
        try study.check()
        let planner = StudyPlanner(study: study, facts: facts)
        var runs: [StudyPlan.Run] = []
        for (index, seed) in study.seeds.enumerated() {
            for kind in study.protocols { runs += try planner.runs(kind, seed, index) }
        }
        return StudyPlan(study, planner.found.items, runs)
    }

    private init(study: Study, facts: PlanFacts) {
        self.study = study
        self.facts = facts
    }

    /// The runs of every experiment; a recipe that several ask for is one run.
    ///
    /// - Parameter index: the seed's place in the study, from 0.
    private func runs(
        _ kind: StudyProtocol, _ seed: UInt64, _ index: Int
    ) throws -> [StudyPlan.Run] {
        var runs: [StudyPlan.Run] = []
        var places: [Recipe: Int] = [:]
        for experiment in study.experiments
        where (experiment.protocols.map { $0.contains(kind.name) } ?? true)
            && index < experiment.seeds ?? .max
        {
            for asked in experiment.recipes(study.architecture) {
                var recipe = asked
                // Said or left out, it is the same network.
                if recipe.augmentation == kind.augmentation { recipe.augmentation = nil }
                if let place = places[recipe] {
                    if !runs[place].experiments.contains(experiment.id) {
                        runs[place].experiments.append(experiment.id)
                    }
                    continue
                }
                places[recipe] = runs.count
                let line = Line(planner: self, kind: kind, seed: seed, recipe: recipe)
                runs.append(try line.run(experiment.id))
            }
        }
        return runs
    }

    /// The stage that does a work to what its parents left.
    func doing(_ work: StageWork, parents: [Stage] = [], data: String? = nil) -> Stage {
        let key = Family(work: work, data: data)
        let family = found.families[key] ?? StageFamily(work, data: data)
        found.families[key] = family
        return family.child(of: parents)
    }

    /// A stage for the plan, unless it is there.
    func add(_ stage: Stage, _ label: String) -> Stage {
        if found.known.insert(stage.id).inserted {
            found.items.append(StudyPlan.Item(stage: stage, label: label))
        }
        return stage
    }
}

/// The stages of one recipe for one seed under one protocol.
private struct Line {
    let planner: StudyPlanner
    let kind: StudyProtocol
    let seed: UInt64
    let recipe: Recipe
    let options: TrainingOptions
    let split: SplitPlan
    let words: String
    /// What makes pictures that are added; nil where none are.
    let generator: Stage?

    init(planner: StudyPlanner, kind: StudyProtocol, seed: UInt64, recipe: Recipe) {
        self.planner = planner
        self.kind = kind
        self.seed = seed
        self.recipe = recipe
        options = planner.options(kind, seed, recipe.augmentation)
        split = planner.split(kind, seed)
        words = "seed \(seed)  \(kind.name)" + planner.suffix(recipe.architecture)
        let added = recipe.augmentation ?? kind.augmentation
        generator = added.added?.kind.map { [planner, split] in
            planner.generator($0, seed, split, "seed \(seed)  \(kind.name)")
        }
    }

    /// The stage that trains a network as the recipe's pictures are.
    private func train(_ parent: Stage, _ options: TrainingOptions, _ label: String) -> Stage {
        planner.train(
            parent, options, split, (recipe.augmentation ?? kind.augmentation).added, generator,
            label)
    }

    /// Where the recipe's networks start, and the fine-tuned one.
    private func began() throws -> (start: Stage, fine: Stage) {
        try planner.beginning(
            .init(
                architecture: recipe.architecture, start: recipe.start, protocolName: kind.name,
                seed: seed, augmentation: recipe.augmentation)
        ) {
            let start = try planner.start(recipe.architecture, recipe.start, split, seed, words)
            let from = recipe.start == .scratch ? "train from scratch" : "fine-tune"
            let with = recipe.augmentation.map { ", \($0.words)" } ?? ""
            return (start, train(start, options, "\(words)  \(from)\(with)"))
        }
    }

    func run(_ experiment: ExperimentID) throws -> StudyPlan.Run {
        let (start, fine) = try began()
        var trained = fine
        var pruned: Stage?
        switch recipe.technique {
        case .unpruned: break
        case .control:
            trained = train(fine, options, "\(words)  \(recipe.label)")
        default:
            var options = options
            options.epochs = recipe.epochs ?? options.epochs
            for round in 1...recipe.rounds {
                let masked = try prune(trained, round: round)
                trained = train(
                    try rewound(masked, start), options, "\(words)  \(recipe.label)")
                pruned = masked
            }
        }
        return StudyPlan.Run(
            recipe: recipe, protocolName: kind.name, seed: seed, experiments: [experiment],
            fine: fine, pruned: pruned, trained: trained, judged: try judged(start))
    }

    /// The stage that says how good generated pictures are: by the start weights, and by the network that was
    /// fine-tuned without them.
    private func judged(_ start: Stage) throws -> Stage? {
        guard let generator else { return nil }
        var plain = recipe
        plain.augmentation = nil
        let usual = Line(planner: planner, kind: kind, seed: seed, recipe: plain)
        guard usual.generator == nil else { return nil }
        let (_, fine) = try usual.began()
        return planner.judge(generator, start, fine, split, "\(words)")
    }

    private func prune(_ network: Stage, round: Int) throws -> Stage {
        guard let technique = try recipe.pruning(seed: seed, round: round) else {
            throw StudyError("'\(recipe.technique.name)' prunes nothing")
        }
        // What looks at pictures looks at those of the training part alone.
        let looks = technique.needs.contains(.pictures)
        let stage = planner.doing(
            .prune(technique: technique, split: looks ? split : nil), parents: [network],
            data: looks ? planner.facts.identity : nil)
        return planner.add(stage, "\(words)  prune: \(recipe.label)")
    }

    /// The network that the masks are put on.
    private func rewound(_ pruned: Stage, _ start: Stage) throws -> Stage {
        let label = "\(words)  rewind: \(recipe.label)"
        let origin: Stage
        switch recipe.rewind ?? .fineTuned {
        case .fineTuned: return pruned
        case .start: origin = start
        case .early:
            var short = options
            short.epochs = planner.earlyEpochs
            origin = train(start, short, "\(words)  early epoch")
        case .random:
            // Of a network from scratch these would be the weights it started from.
            let other = recipe.start == .scratch ? seed ^ (1 << 63) : seed
            origin = try planner.start(recipe.architecture, .scratch, split, other, words)
        }
        return planner.add(planner.doing(.rewind, parents: [pruned, origin]), label)
    }
}

extension Recipe {
    /// The fraction of what is left that a round takes; by a geometric schedule (1 - p)^rounds = 1 - amount.
    func amount(round: Int) -> Double {
        let amount = amount ?? 0
        if rounds == 1 { return amount }
        if let schedule, schedule != .geometric {
            let kept = schedule.kept(of: 1 - amount, in: round, of: rounds)
            return ((1 - kept) * 1e12).rounded() / 1e12
        }
        // Twelve digits, so that the last bits of `pow` are not part of an identity.
        return ((1 - pow(1 - amount, 1 / Double(rounds))) * 1e12).rounded() / 1e12
    }
}

extension StudyPlanner {
    fileprivate func beginning(
        _ what: Beginning, _ make: () throws -> (start: Stage, fine: Stage)
    ) rethrows -> (start: Stage, fine: Stage) {
        if let known = found.beginnings[what] { return known }
        let made = try make()
        found.beginnings[what] = made
        return made
    }

    fileprivate var earlyEpochs: Int { study.earlyEpochs }

    /// A manifest's own copies are the variation that its pictures have.
    fileprivate func options(
        _ kind: StudyProtocol, _ seed: UInt64, _ augmentation: StudyProtocol.Augmentation?
    ) -> TrainingOptions {
        var options = study.options(kind, seed: seed, augmentation: augmentation)
        if let manifest = facts.manifest, manifest.copies > 1 { options.augmentation = nil }
        return options
    }

    fileprivate func split(_ kind: StudyProtocol, _ seed: UInt64) -> SplitPlan {
        facts.split(kind, seed: seed, turn: study.turn(kind, seed))
    }

    /// Whose training part weights are pretrained on: that of the protocol that leaks nothing, where the
    /// study has one, for the other protocol too: once a seed is enough.
    private func sourceSplit(_ split: SplitPlan) -> SplitPlan {
        let honest = study.protocols.first { $0.name == DataProtocol.leakFree.name }
        return honest.map { self.split($0, split.seed) } ?? split
    }

    fileprivate func suffix(_ architecture: Architecture) -> String {
        architecture == study.architecture ? "" : "  \(architecture.rawValue)"
    }

    fileprivate func train(
        _ parent: Stage, _ options: TrainingOptions, _ split: SplitPlan, _ added: AddedPictures?,
        _ generator: Stage?, _ label: String
    ) -> Stage {
        add(
            doing(
                .train(options: options, split: split, added: added),
                parents: [parent] + (generator.map { [$0] } ?? []), data: facts.identity),
            label)
    }

    fileprivate func generator(
        _ kind: GeneratorSettings.Kind, _ seed: UInt64, _ split: SplitPlan, _ words: String
    ) -> Stage {
        add(
            doing(
                .generate(settings: study.generator(kind, seed: seed), split: split),
                data: facts.identity), "\(words)  generator: \(kind.rawValue)")
    }

    fileprivate func judge(
        _ generator: Stage, _ start: Stage, _ fine: Stage, _ split: SplitPlan, _ words: String
    ) -> Stage {
        var kind = ""
        if case .generate(let settings, _) = generator.work { kind = settings.kind.rawValue }
        return add(
            doing(
                .judge(split: split), parents: [generator, start, fine], data: facts.identity),
            "\(words)  judge: \(kind)")
    }

    /// Where a network starts: its weights, and the classifier drawn from the seed.
    fileprivate func start(
        _ architecture: Architecture, _ point: StartPoint, _ split: SplitPlan, _ seed: UInt64,
        _ words: String
    ) throws -> Stage {
        func stage(_ weights: String, _ parents: [Stage] = []) -> Stage {
            doing(
                .start(
                    architecture: architecture, weights: weights, classes: facts.classes,
                    seed: seed), parents: parents)
        }
        if point == .scratch {
            return add(stage(StartWeights.random), "\(words)  random start weights")
        }
        switch facts.weights[architecture] {
        case .file(let hash): return add(stage(hash), "\(words)  start weights")
        case .task(var task):
            task.training.seed = split.seed
            let made = add(
                doing(
                    .pretrain(task: task, architecture: architecture, split: sourceSplit(split)),
                    data: facts.identity),
                "seed \(split.seed)  pretrain \(architecture.rawValue): \(task.question)")
            return add(stage(made.id, [made]), "\(words)  start weights")
        case nil:
            throw StudyError(
                "no pretrained weights for \(architecture.rawValue): name them with `weights` "
                    + "\(architecture.rawValue)=FILE")
        }
    }
}
