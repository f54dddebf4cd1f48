import Core
import Findings
import Generating
import Models
import Pruning

/// A question of a study: every combination of what is listed; what is left out is the usual.
package struct Experiment: Codable, Sendable, Hashable {
    /// As figures and tables call it.
    package var name: String
    package var techniques: [StudyTechnique]
    /// Fractions to prune.
    package var amounts: [Double]?
    /// Degrees, for the techniques that read an angle.
    package var angles: [Double]?
    package var architectures: [Architecture]?
    package var starts: [StartPoint]?
    package var rewinds: [RewindPoint]?
    package var rounds: [Int]?
    /// How much each of several rounds takes; geometric where left out.
    package var schedules: [PruningSchedule]?
    /// What may be left of the network, beside amounts and angles.
    package var budgets: [Budget]?
    /// How what is chosen goes; as the techniques do where left out.
    package var removals: [Removal]?
    /// What is mended before training; nothing where left out.
    package var repairs: [Repair]?
    /// Epochs of training after pruning; as many as the protocol's where left out.
    package var epochs: [Int]?
    /// How training pictures are varied, and what is added to them; as the protocol says where left out.
    package var augmentations: [StudyProtocol.Augmentation]?
    /// Names of the protocols to run it under; all of the study's when left out.
    package var protocols: [String]?
    /// How many of the study's seeds it is run with, from the first on; all when left out.
    package var seeds: Int?
    /// Whether size and speed of its networks are measured.
    package var cost: Bool?
    /// Whether its networks are tried as they would be used: in 8-bit numbers too, and in onnxruntime.
    package var inUse: Bool?

    package init(
        _ name: String, _ techniques: [StudyTechnique], amounts: [Double]? = nil,
        angles: [Double]? = nil, architectures: [Architecture]? = nil,
        starts: [StartPoint]? = nil, rewinds: [RewindPoint]? = nil, rounds: [Int]? = nil,
        schedules: [PruningSchedule]? = nil,
        budgets: [Budget]? = nil, removals: [Removal]? = nil, repairs: [Repair]? = nil,
        epochs: [Int]? = nil, augmentations: [StudyProtocol.Augmentation]? = nil,
        protocols: [String]? = nil, seeds: Int? = nil, cost: Bool? = nil,
        inUse: Bool? = nil
    ) {
        self.name = name
        self.techniques = techniques
        self.amounts = amounts
        self.angles = angles
        self.architectures = architectures
        self.starts = starts
        self.rewinds = rewinds
        (self.rounds, self.schedules) = (rounds, schedules)
        (self.budgets, self.removals) = (budgets, removals)
        (self.repairs, self.epochs) = (repairs, epochs)
        self.augmentations = augmentations
        self.protocols = protocols
        self.seeds = seeds
        (self.cost, self.inUse) = (cost, inUse)
    }

    /// What records call it.
    package var id: ExperimentID { ExperimentID(title: name) }

    /// Its recipes, each once, in the order of the lists.
    package func recipes(_ architecture: Architecture) -> [Recipe] {
        var recipes: [Recipe] = []
        for architecture in architectures ?? [architecture] {
            for start in starts ?? [.pretrained] {
                for augmentation in augmentations.map({ $0.map(Optional.some) }) ?? [nil] {
                    for technique in techniques {
                        var base = Recipe(
                            technique: technique, architecture: architecture, start: start)
                        base.augmentation = augmentation
                        recipes += technique.method == nil ? [base] : pruned(base)
                    }
                }
            }
        }
        return recipes
    }

    private func pruned(_ base: Recipe) -> [Recipe] {
        var recipes: [Recipe] = []
        for (amount, angle) in bounds(base.technique) {
            for (rounds, schedule) in paces {
                for rewind in rewinds.map({ $0.map(Optional.some) }) ?? [base.technique.usualRewind]
                {
                    var recipe = base
                    (recipe.amount, recipe.angle) = (amount, angle)
                    (recipe.rounds, recipe.schedule) = (rounds, schedule)
                    recipe.rewind = rewind
                    recipes += removed(recipe)
                }
            }
        }
        for budget in budgets ?? [] {
            var recipe = base
            (recipe.budget, recipe.rewind) = (budget, base.technique.usualRewind)
            recipes += removed(recipe)
        }
        return recipes
    }

    /// One round has no schedule.
    private var paces: [(rounds: Int, schedule: PruningSchedule?)] {
        (rounds ?? [1]).flatMap { rounds -> [(rounds: Int, schedule: PruningSchedule?)] in
            guard rounds > 1, let schedules else { return [(rounds, nil)] }
            return schedules.map { (rounds, $0) }
        }
    }

    /// Every way to remove, mend and train on.
    private func removed(_ base: Recipe) -> [Recipe] {
        var recipes = [base]
        func each<Value>(_ values: [Value]?, _ path: WritableKeyPath<Recipe, Value?>) {
            guard let values else { return }
            recipes = recipes.flatMap { recipe in
                values.map { value in
                    var changed = recipe
                    changed[keyPath: path] = value
                    return changed
                }
            }
        }
        each(removals, \.removal)
        each(repairs, \.repair)
        each(epochs, \.epochs)
        return recipes
    }

    private func bounds(_ technique: StudyTechnique) -> [(amount: Double?, angle: Double?)] {
        let angles = technique.readsAngle ? angles ?? [] : []
        return angles.map { (nil, $0) } + (amounts ?? []).map { ($0, nil) }
    }

    /// More networks than anybody trains; what a file asks for is counted before it is listed.
    private static let most = 10_000

    /// At least as many as there are recipes.
    private func combinations(_ architecture: Architecture) -> Int {
        let bounds = (amounts?.count ?? 0) + (angles?.count ?? 0) + (budgets?.count ?? 0)
        let lists = [
            techniques.count, max(1, bounds), architectures?.count ?? 1, starts?.count ?? 1,
            rounds?.count ?? 1, schedules?.count ?? 1, rewinds?.count ?? 1, removals?.count ?? 1,
            repairs?.count ?? 1,
            epochs?.count ?? 1, augmentations?.count ?? 1,
        ]
        return lists.reduce(1) { count, size in
            let (product, overflows) = count.multipliedReportingOverflow(by: size)
            return overflows ? .max : product
        }
    }

    /// Refuses what cannot be run.
    func check(_ study: Study) throws {
        func need(_ holds: Bool, _ text: String) throws {
            if !holds { throw StudyError("experiment '\(name)': \(text)") }
        }
        try need(!name.isEmpty && !techniques.isEmpty, "a name and techniques are needed")
        try need(name.count <= 200, "a name of at most 200 letters is needed")
        try need(
            combinations(study.architecture) <= Self.most,
            "it asks for more than \(Self.most) combinations")
        try need(
            (amounts ?? []).allSatisfy { $0 > 0 && $0 < 1 },
            "amounts are fractions between 0 and 1")
        try need((angles ?? []).allSatisfy { (0...180).contains($0) }, "angles are 0 to 180")
        try need((1...1000).contains(seeds ?? 1), "seeds are 1 to 1000")
        try need((rounds ?? []).allSatisfy { (1...20).contains($0) }, "rounds are 1 to 20")
        try need(
            schedules == nil || (rounds ?? [1]).contains { $0 > 1 },
            "schedules are for several rounds: name rounds")
        for technique in techniques where technique.method != nil {
            try need(
                !bounds(technique).isEmpty || !(budgets ?? []).isEmpty,
                "'\(technique.name)' needs amounts\(technique.readsAngle ? " or angles" : "")")
            try need(
                !technique.readsAngle || (rounds ?? [1]) == [1],
                "'\(technique.name)' is done in one round only")
        }
        try need(
            (epochs ?? []).allSatisfy { (0...10_000).contains($0) }, "epochs are 0 to 10000")
        try need(
            (budgets ?? []).allSatisfy { $0.measure != .latency },
            "a budget of latency differs from run to run: name macs, parameters or bytes")
        if (removals ?? []).contains(where: \.takesChannels) {
            try need(
                (rounds ?? [1]) == [1] && (rewinds ?? [.fineTuned]) == [.fineTuned],
                "whole channels go in one round, and what is left is trained on")
        }
        if (augmentations ?? []).contains(where: { $0.added?.kind != nil }) {
            try need(
                GeneratorSettings.sides.contains(study.size),
                "the size of generated pictures is \(GeneratorSettings.sidesInWords), the study's is "
                    + "\(study.size)")
        }
        // Settings that do not go together are told before anything runs.
        for recipe in recipes(study.architecture) { _ = try recipe.pruning(seed: 0) }
        for name in protocols ?? [] {
            try need(
                study.protocols.contains { $0.name == name },
                NearestName.refusal(of: name, "protocol", among: study.protocols.map(\.name)))
        }
        if (rewinds ?? []).contains(.early), case .cosine = study.training.schedule {
            try need(
                false,
                "rewinding to an early epoch needs a schedule whose beginning does not "
                    + "depend on its end: step or constant, not cosine")
        }
    }
}
