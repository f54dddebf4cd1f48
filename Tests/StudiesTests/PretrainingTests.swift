import Datasets
import Foundation
import Models
import Testing
import Torch
import Training

@testable import Studies

/// Start weights made from a study's own training pictures.
@Suite struct PretrainingTests {
    private static let plan = SplitPlan(groups: "prefix", test: 0.2, validation: 0.2, seed: 3)
    private static let task = SourceTask(
        question: "who is it",
        training: TrainingOptions(epochs: 1, batchSize: 8, learningRate: 0.01), heldOut: 4)

    /// Labels are groups, and no picture outside the training part is seen.
    @Test func onlyTrainingPicturesTakePart() throws {
        try withStageFolder { root in
            let data = try pictureData(root)
            let parts = try data.parts(Self.plan)
            let source = try SourceParts(data, Self.task, Self.plan)
            let training = Set(parts.train.samples.map(\.picture))
            let trained = source.train.samples.map(\.picture)
            let heldOut = source.heldOut.samples.map(\.picture)
            #expect(Set(trained).isDisjoint(with: heldOut))
            #expect(Set(trained + heldOut) == training)
            #expect(heldOut.count == training.count / 4)
            let grouping = try #require(data.grouping)
            #expect(source.train.store.classes == grouping.names)
            for sample in source.train.samples {
                #expect(source.train.label(sample) == grouping.ids[sample.picture])
            }
            let tested = try #require(parts.test).samples + parts.validation.samples
            let groups = Set(trained.map { grouping.ids[$0] })
            #expect(groups.count == source.groups)
            #expect(tested.allSatisfy { !groups.contains(grouping.ids[$0.picture]) })
        }
    }

    @Test func relabelledPicturesAreTheSamePictures() throws {
        try withStageFolder { root in
            let data = try pictureData(root)
            let grouping = try #require(data.grouping)
            let other = data.store.relabelled(by: grouping)
            #expect(other.pixels == data.store.pixels)
            #expect(other.files.map(\.file) == data.store.files.map(\.file))
            #expect(other.files.map(\.label) == grouping.ids)
            #expect(other.fingerprint != data.store.fingerprint)
            let again = data.store.relabelled(by: grouping)
            #expect(other.fingerprint == again.fingerprint)
        }
    }

    /// Done once, the same again from the same seed, interruptible, and kept apart by its settings.
    @Test func theStageIsCachedAndSeeded() throws {
        try withStageFolder { root in
            let data = try pictureData(root.appending(path: "pictures"))
            func stages(_ name: String, cancelled: Bool = false) throws -> NetworkStages {
                NetworkStages(
                    try StageStore(root.appending(path: name)), data, device: .cpu,
                    isCancelled: { cancelled })
            }
            let made = try stages("a").pretrain(Self.task, .resnet18, Self.plan)
            let kept = try stages("a", cancelled: true).pretrain(
                Self.task, .resnet18, Self.plan)
            #expect(kept.record == made.record)
            let again = try stages("b").pretrain(Self.task, .resnet18, Self.plan)
            #expect(again.weights.identity == made.weights.identity)
            for (name, tensor) in made.weights.state.entries {
                #expect(try again.weights.state.require(name).isBitwiseEqual(to: tensor), "\(name)")
                #expect(try kept.weights.state.require(name).isBitwiseEqual(to: tensor), "\(name)")
            }
            #expect(throws: Interrupted.self) {
                _ = try stages("c", cancelled: true).pretrain(Self.task, .resnet18, Self.plan)
            }
            var other = Self.plan
            other.seed = 4
            let elsewhere = try stages("a").pretrain(Self.task, .resnet18, other)
            #expect(elsewhere.weights.identity != made.weights.identity)
            try checkStart(stages("a"), made.weights)
        }
    }

    /// A network starts from the weights, with a new classifier, as a child of the stage.
    private func checkStart(_ stages: NetworkStages, _ weights: StartWeights) throws {
        let start = try stages.start(.resnet18, weights, seed: 0)
        #expect(start.parents == [weights.identity])
        let network = try stages.network(start)
        #expect(network.classes == ["a", "b"])
        for (name, tensor) in weights.state.entries where !name.hasPrefix("fc.") {
            #expect(try network.state.require(name).isBitwiseEqual(to: tensor), "\(name)")
        }
        let file = StartWeights(weights.state, hash: "abc")
        #expect(try stages.start(.resnet18, file, seed: 0).parents.isEmpty)
    }

    @Test func oneGroupIsNoTask() throws {
        try withStageFolder { root in
            let data = try pictureData(root)
            let lone = try PictureData(data.store, groups: "path:^(.)", threads: 1)
            #expect(throws: (any Error).self) {
                _ = try SourceParts(lone, Self.task, Self.plan)
            }
        }
    }
}
