import Core
import Foundation
import Models
import Pruning
import Results
import Training

/// Does the stages of a plan, whichever are ready and nobody is at, until all are done.
package struct StudyWorker {
    private let plan: StudyPlan
    private let items: [StudyPlan.Item]
    private let stages: NetworkStages
    private let weights: (Architecture) throws -> StateDictionary
    private let isCancelled: () -> Bool
    private let onStage: (StudyPlan.Item, Event) -> Void

    /// What a worker tells of a stage.
    package enum Event: Sendable {
        case begun
        case done
    }

    /// - Parameters:
    ///   - items: the plan's stages to do; all where none are named.
    ///   - stages: over a store that leaves busy stages to others.
    ///   - weights: pretrained weights that come from files.
    package init(
        _ plan: StudyPlan, items: [StudyPlan.Item]? = nil, _ stages: NetworkStages,
        weights: @escaping (Architecture) throws -> StateDictionary,
        isCancelled: @escaping () -> Bool = { false },
        onStage: @escaping (StudyPlan.Item, Event) -> Void = { _, _ in }
    ) {
        self.plan = plan
        self.items = items ?? plan.items
        var stages = stages
        stages.keepsNetwork = plan.keepsNetwork
        self.stages = stages
        self.weights = weights
        self.isCancelled = isCancelled
        self.onStage = onStage
    }

    /// Returns when every one of its stages is done, by this worker or another.
    ///
    /// - Throws: `StudyStopped` or `Interrupted` when asked to stop; the first error of a stage, after which other stages may still be open.
    ///   What a stage that is done left may turn out damaged when another reads it: it is put aside and done again, once.
    package func run() throws {
        var open = items
        var mended: Set<String> = []
        while true {
            let before = open.count
            do {
                open = try open.filter { try !attempt($0) }
            } catch let damage as DamagedStage where mended.insert(damage.id).inserted {
                try stages.store.setAside(damage)
                open = items
                continue
            }
            if open.isEmpty { return }
            // Nothing was ready: another worker is at what the rest waits for.
            if open.count == before { usleep(200_000) }
            if isCancelled() { throw StudyStopped() }
        }
    }

    /// Whether the stage is done now.
    private func attempt(_ item: StudyPlan.Item) throws -> Bool {
        if isDone(item.stage) { return true }
        let parents = try plan.parents(item.stage)
        guard parents.allSatisfy(isDone) else { return false }
        if isCancelled() { throw StudyStopped() }
        do {
            onStage(item, .begun)
            // Done by a study that did not need its network: done again, to the same record.
            if stages.store.isDone(item.stage) {
                try stages.store.discard(item.stage, if: { !isDone(item.stage) })
            }
            try stages.perform(item.stage, parents, weights: weights)
            onStage(item, .done)
            return true
        } catch is ResultBusy {
            return false
        }
    }

    private func isDone(_ stage: Stage) -> Bool {
        stages.isDone(stage, withNetwork: plan.keepsNetwork(stage))
    }
}

extension NetworkStages {
    /// Whether a stage is done, and its network there where that is asked for and it trains one.
    func isDone(_ stage: Stage, withNetwork: Bool) -> Bool {
        guard store.isDone(stage) else { return false }
        guard case .train = stage.work, withNetwork else { return true }
        return hasNetwork(stage)
    }

    /// Does a stage whose parents are done.
    ///
    /// - Parameter weights: pretrained weights that come from files.
    func perform(
        _ stage: Stage, _ parents: [Stage], weights: (Architecture) throws -> StateDictionary
    ) throws {
        func parent(_ index: Int) throws -> Stage {
            guard index < parents.count else {
                throw StudyError("stage \(stage.id) lacks a parent")
            }
            return parents[index]
        }
        switch stage.work {
        case .pretrain(let task, let architecture, let split):
            _ = try pretrain(task, architecture, split)
        case .start(let architecture, let identity, let classes, let seed):
            let start: StartWeights
            if let maker = parents.first {
                start = StartWeights(try network(maker).state, madeBy: maker)
            } else if identity == StartWeights.random {
                start = try .random(architecture, seed: seed)
            } else {
                start = StartWeights(try weights(architecture), hash: identity)
            }
            _ = try self.start(architecture, start, classes: classes, seed: seed)
        case .train(let options, let split, let added):
            let generator = try added?.kind.map { _ in try parent(1) }
            _ = try train(
                parent(0), options, split, added: added.map { ($0, generator) })
        case .generate(let settings, let split):
            try generate(settings, split)
        case .judge(let split):
            try judge(parent(0), start: parent(1), fine: parent(2), split)
        case .prune(let technique, let split):
            _ = try prune(parent(0), technique, split)
        case .rewind:
            _ = try rewind(parent(0), to: parent(1))
        }
    }
}

/// The worker was asked to stop between two stages; all that is done is safe.
package struct StudyStopped: Error, CustomStringConvertible {
    package var description: String { "Stopped between two stages." }
}

extension StartWeights {
    /// The identity of random weights: their seed is the stage's.
    package static let random = "random"

    /// Random weights; the classifier is drawn apart, from the same seed as any other start's.
    static func random(_ architecture: Architecture, seed: UInt64) throws -> StartWeights {
        var generator = SplitMix64(seed: seed, name: "scratch")
        return StartWeights(
            try Model.drawn(architecture, classes: 1, seed: generator.next()).state,
            hash: random)
    }
}
