import Core
import Findings
import Models

/// All stages of a study, each once, before anything runs.
package struct StudyPlan: Sendable {
    /// A stage, and where it stands in the study.
    package struct Item: Sendable {
        package let stage: Stage
        /// `seed 0  leak-free  percentile ticket 50%`; of the first run that needs it.
        package let label: String
    }

    /// A training that the study reports.
    package struct Run: Sendable {
        package let recipe: Recipe
        package let protocolName: String
        package let seed: UInt64
        /// Experiments that it belongs to, in the study's order.
        package internal(set) var experiments: [ExperimentID]
        /// The fine-tuned network that it is compared with.
        package let fine: Stage
        /// The last pruning; nil for unpruned networks.
        package let pruned: Stage?
        package let trained: Stage
        /// What says how good the generated pictures are that it was trained with; nil where there are none.
        package let judged: Stage?
    }

    package let study: Study
    /// Parents before children.
    package let items: [Item]
    package let runs: [Run]
    private let places: [String: Int]
    /// Trainings whose networks are kept.
    private let kept: Set<String>

    init(_ study: Study, _ items: [Item], _ runs: [Run]) {
        self.study = study
        self.items = items
        self.runs = runs
        places = Dictionary(uniqueKeysWithValues: items.enumerated().map { ($1.stage.id, $0) })
        let costly = Set(study.experiments.filter { $0.cost == true }.map(\.id))
        var seen: Set<Recipe> = []
        // One network of each recipe is measured: the first (StudyCosts).
        let measured = runs.filter {
            !costly.isDisjoint(with: $0.experiments) && seen.insert($0.recipe).inserted
        }
        // All of those in use are (StudyUse).
        let used = Set(study.experiments.filter { $0.inUse == true }.map(\.id))
        let tried = runs.filter { !used.isDisjoint(with: $0.experiments) }
        kept = Set(items.flatMap(\.stage.parents) + (measured + tried).map(\.trained.id))
    }

    /// Whether the network of a training is kept: all are, or those that something else reads.
    package func keepsNetwork(_ stage: Stage) -> Bool {
        study.networks == .all || kept.contains(stage.id)
    }

    /// The stages whose labels contain a text, and all that they need, in order.
    ///
    /// - Throws: `StudyError` where no label does.
    package func items(labelled text: String) throws -> [Item] {
        var wanted = Set(items.filter { $0.label.contains(text) }.map(\.stage.id))
        guard !wanted.isEmpty else {
            throw StudyError(
                "no stage of study '\(study.name)' is called '\(text)': see the list (`dryRun`)"
            )
        }
        for item in items.reversed() where wanted.contains(item.stage.id) {
            wanted.formUnion(item.stage.parents)
        }
        return items.filter { wanted.contains($0.stage.id) }
    }

    /// The stage with an identity.
    package subscript(id: String) -> Item? { places[id].map { items[$0] } }

    /// Stages whose results a stage reads, in order.
    func parents(_ stage: Stage) throws -> [Stage] {
        try stage.parents.map { id in
            guard let item = self[id] else {
                throw StudyError("the plan lacks stage \(id), which stage \(stage.id) reads")
            }
            return item.stage
        }
    }
}

/// What a plan must know of the pictures and the weights: no more than decides the stages.
package struct PlanFacts: Sendable {
    /// Where the pretrained weights of an architecture come from.
    package enum Source: Sendable {
        /// A file, by its SHA-256.
        case file(hash: String)
        /// A stage that trains them on the study's own training pictures.
        case task(SourceTask)
    }

    package let classes: [String]
    /// `PictureData.identity`.
    package let identity: String
    package let groupRule: String
    package let weights: [Architecture: Source]
    /// The manifest whose split is taken as it is, and the copies in it; nil where plans divide.
    package let manifest: (fingerprint: String, copies: Int)?
    /// How many groups there are; nil where each picture is by itself.
    package let groups: Int?

    package init(
        classes: [String], identity: String, groupRule: String, weights: [Architecture: Source],
        manifest: (fingerprint: String, copies: Int)? = nil, groups: Int? = nil
    ) {
        self.groups = groups
        self.classes = classes
        self.identity = identity
        self.groupRule = groupRule
        self.weights = weights
        self.manifest = manifest
    }

    package init(_ data: PictureData, weights: [Architecture: Source]) throws {
        try self.init(
            classes: data.store.classes, identity: data.identity(), groupRule: data.groupRule,
            weights: weights, manifest: data.given.map { ($0.manifest, $0.copies) },
            groups: data.grouping.map { Set($0.ids).count })
    }

    /// The division under a protocol for one seed.
    ///
    /// - Parameter turn: which part of the pictures the seed tests, where seeds take turns; with
    ///   fewer than two groups a part each seed draws its own all the same.
    package func split(
        _ kind: StudyProtocol, seed: UInt64, turn: SplitTurn? = nil
    ) -> SplitPlan {
        guard let manifest else {
            var plan = kind.split(groups: groupRule, seed: seed)
            plan.turn = turn.flatMap { groups ?? .max >= 2 * $0.parts ? $0 : nil }
            return plan
        }
        return SplitPlan(
            manifest: manifest.fingerprint, protocolName: kind.name, groups: groupRule,
            copies: manifest.copies > 1 ? manifest.copies : kind.copies, seed: seed)
    }
}
