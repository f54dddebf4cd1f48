import Datasets
import Foundation
import Networks
import Pruning
import Testing
import Torch
import Training

@testable import Studies

@Suite struct TicketStudyTests {
    private static let split = SplitPlan(groups: "prefix", test: 0.2, validation: 0.2, seed: 0)
    private static let amount = 0.5

    private func study(
        _ stages: NetworkStages, _ onStage: @escaping (String) -> Void = { _ in }
    ) throws -> TicketStudy {
        let options = TrainingOptions(epochs: 1, batchSize: 8, learningRate: 0.01)
        return TicketStudy(
            stages,
            TicketSettings(
                amounts: [Self.amount], seeds: 1, training: options, split: Self.split),
            .resnet18, pretrained: try narrowState(), weightsHash: "narrow", onStage: onStage)
    }

    @Test func theWholeComparison() throws {
        try withStageFolder { root in
            let data = try pictureData(root.appending(path: "pictures"))
            let store = try StageStore(root.appending(path: "out"))
            let stages = NetworkStages(store, data, device: .cpu)
            let runs = try study(stages).run()
            #expect(
                runs.map(\.technique) == [
                    .unpruned, .control, .percentile, .random, .distinctiveness,
                ])
            try checkRuns(runs)
            try checkTickets(runs, store, stages)
            try checkRepetition(runs, store, data)
        }
    }

    private func checkRuns(_ runs: [TechniqueRun]) throws {
        let best = try #require(runs.first).training.best
        for run in runs {
            #expect(run.seed == 0 && run.training.history.count == 1)
            #expect(run.target == best)
            let counts = (run.training.trainCount, run.training.watchedCount)
            #expect(counts.0 + counts.1 + (run.training.test?.count ?? 0) == 24)
            let isPruned = run.technique != .unpruned && run.technique != .control
            #expect((run.pruning != nil) == isPruned)
            #expect(run.amount == (isPruned ? Self.amount : nil))
            #expect((run.angle != nil) == (run.technique == .distinctiveness))
        }
    }

    /// Masks, densities, and the pretrained bits of every ticket.
    private func checkTickets(
        _ runs: [TechniqueRun], _ store: StageStore, _ stages: NetworkStages
    ) throws {
        for run in runs where [.percentile, .random].contains(run.technique) {
            for layer in try #require(run.pruning).layers {
                let pruned = Int((Self.amount * Double(layer.density.total)).rounded(.down))
                #expect(layer.density.pruned == pruned, "\(layer.name)")
            }
            let trained = try network(run.stage, store)
            let ticketID = try #require(stage(run.stage, store).parents.first)
            let ticket = try stages.network(stage(ticketID, store))
            let start = try network(stage(ticketID, store).parents[1], store)
            #expect(ticket.masks.names == Architecture.resnet18.prunableWeights())
            for (name, tensor) in start.state.entries {
                let now = try ticket.state.require(name)
                guard let mask = ticket.masks[name] else {
                    #expect(try now.isBitwiseEqual(to: tensor), "\(name)")
                    continue
                }
                let keeps: [UInt8] = try mask.to(dtype: .uint8).values()
                let kept = zip(keeps, try bits(tensor)).map { $0 == 1 ? $1 : 0 }
                #expect(try bits(now) == kept, "\(name)")
                let end: [Float] = try trained.state.require(name).values()
                #expect(zip(keeps, end).allSatisfy { $0 == 1 || $1 == 0 }, "\(name)")
            }
        }
    }

    /// The same study again trains nothing: its first step would end it.
    private func checkRepetition(
        _ runs: [TechniqueRun], _ store: StageStore, _ data: PictureData
    ) throws {
        let refusing = NetworkStages(store, data, device: .cpu, isCancelled: { true })
        #expect(try study(refusing).run() == runs)
        try withStageFolder { other in
            let fresh = NetworkStages(
                try StageStore(other), data, device: .cpu, isCancelled: { true })
            #expect(throws: Interrupted.self) { _ = try study(fresh).run() }
        }
    }

    private func bits(_ tensor: Tensor) throws -> [UInt32] {
        try tensor.values(Float.self).map(\.bitPattern)
    }

    private func folder(_ id: String, _ store: StageStore) -> URL {
        store.root.appending(path: "stages/\(id)")
    }

    private func stage(_ id: String, _ store: StageStore) throws -> Stage {
        try StageStore.read(Stage.self, from: folder(id, store).appending(path: "stage.json"))
    }

    private func network(_ id: String, _ store: StageStore) throws -> Checkpoint {
        try Checkpoint.read(folder(id, store).appending(path: "model.safetensors"))
    }
}
