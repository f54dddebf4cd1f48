import Foundation
import Models
import Pruning
import Testing
import Torch
import Training

@testable import Studies

/// The comparison of techniques, from pictures to tickets, bit by bit.
@Suite struct ComparisonTests {
    private static let amount = 0.5

    private static let study: Study = {
        var study = TinyStudy.study
        study.protocols = [study.protocols[0]]
        study.protocols[0].epochs = 1
        study.experiments = [Study.comparison([amount])]
        study.networks = .all
        return study
    }()

    @Test func theWholeComparison() throws {
        try withStageFolder { folder in
            let data = try pictureData(folder.appending(path: "pictures"))
            let root = folder.appending(path: "out")
            // Nothing is done yet, so nothing is measured.
            #expect(
                try StudyCosts(
                    TinyStudy.plan(data, study: Self.study),
                    NetworkStages(StageStore(root), data, device: .cpu), device: .cpu
                ).records().isEmpty)
            try TinyStudy.work(data, root, study: Self.study)
            let plan = try TinyStudy.plan(data, study: Self.study)
            let stages = NetworkStages(try StageStore(root), data, device: .cpu)
            let runs = try StudyResults(plan, stages.store).runs()
            #expect(
                runs.map(\.technique) == [
                    .unpruned, .control, .percentile, .random, .distinctiveness,
                    .distinctivenessByOrder,
                ])
            try checkRuns(runs)
            for run in plan.runs where [.percentile, .random].contains(run.recipe.technique) {
                try checkTicket(run, plan, stages)
            }
            try checkCosts(plan, stages)
        }
    }

    private func checkRuns(_ runs: [TechniqueRun]) throws {
        let best = try #require(runs.first).training.best
        for run in runs {
            #expect(run.seed == 0 && run.training.history.count == 1)
            #expect(run.target == best)
            let counts = (run.training.trainCount, run.training.validationCount)
            #expect(counts.0 + counts.1 + (run.training.test?.count ?? 0) == 24)
            let isPruned = run.technique != .unpruned && run.technique != .control
            #expect((run.pruning != nil) == isPruned)
            #expect(run.amount == (isPruned ? Self.amount : nil))
            let hasAngle = [.distinctiveness, .distinctivenessByOrder].contains(run.technique)
            #expect((run.angle != nil) == hasAngle)
            let answers = try #require(run.training.answers)
            let right = zip(answers.labels, answers.given).count { $0 == $1 }
            if let test = run.training.test {
                #expect(answers.pictures.count == test.count)
                #expect(abs(Double(right) / Double(test.count) - test.accuracy) < 1e-12)
            }
            guard [.percentile, .random].contains(run.technique) else { continue }
            for layer in try #require(run.pruning).layers {
                let pruned = Int((Self.amount * Double(layer.density.total)).rounded(.down))
                #expect(layer.density.pruned == pruned, "\(layer.name)")
            }
        }
    }

    /// The pretrained bits where the mask keeps, zero elsewhere, and zero after training.
    private func checkTicket(
        _ run: StudyPlan.Run, _ plan: StudyPlan, _ stages: NetworkStages
    ) throws {
        let rewound = try #require(plan[run.trained.parents[0]]).stage
        let ticket = try stages.network(rewound)
        let start = try stages.network(#require(plan[rewound.parents[1]]).stage)
        let trained = try stages.network(run.trained)
        #expect(try ticket.masks.names == Architecture.resnet18.prunableWeights())
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

    /// Each network is measured once; what was measured before is not measured again.
    private func checkCosts(_ plan: StudyPlan, _ stages: NetworkStages) throws {
        let costs = StudyCosts(plan, stages, device: .cpu)
        let first = try costs.records()
        #expect(first.map(\.recipe) == plan.runs.map(\.recipe))
        #expect(first.allSatisfy { $0.seconds > 0 && $0.compression >= 1 })
        let percentile = try #require(first.first { $0.recipe.technique == .percentile })
        // Zeros alone make nothing smaller; had they cost nothing, half of the convolutions would go.
        #expect(percentile.compression < 1.1 && percentile.theoreticalCompression > 1.5)
        let again = try costs.records(earlier: first)
        #expect(again.map(\.seconds) == first.map(\.seconds))
    }

    private func bits(_ tensor: Tensor) throws -> [UInt32] {
        try tensor.values(Float.self).map(\.bitPattern)
    }
}
