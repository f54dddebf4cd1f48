import Foundation
import Networks
import Testing
import Torch

@testable import Pruning

/// Pruned and compacted networks through a file: no mask is lost, and small networks reload.
@Suite struct CheckpointTests {
    private func reloaded(_ state: StateDictionary, _ masks: Masks?) throws -> Checkpoint {
        let folder = FileManager.default.temporaryDirectory
        let file = folder.appending(path: "pruning-\(UUID().uuidString).safetensors")
        defer { try? FileManager.default.removeItem(at: file) }
        try Checkpoint(
            architecture: .resnet50, classes: ["a", "b", "c"], state: state,
            masks: masks?.tensors() ?? StateDictionary()
        ).write(to: file)
        return try Checkpoint.read(file)
    }

    @Test func masksAndSmallNetworksComeBackTheSame() throws {
        let state = try tinyState(.resnet50)
        let masks = try PruningMethod.named("distinctiveness").masks(
            for: state, layers: Architecture.resnet50.prunableWeights(), options: .init(angle: 85))
        try masks.apply(to: state)
        let small = try Compaction(.resnet50, state, masks: masks)
        for (state, masks) in [(state, Optional(masks)), (small.state, small.masks)] {
            let read = try reloaded(state, masks)
            #expect(try read.pruningMasks() == masks)
            #expect(try read.state.isBitwiseEqual(to: state))
            #expect(try masks?.violations(in: read.state).isEmpty == true)
        }
        #expect(try reloaded(state, nil).pruningMasks() == nil)
    }
}
