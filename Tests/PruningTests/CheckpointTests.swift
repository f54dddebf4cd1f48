import Foundation
import Models
import Testing
import Torch

@testable import Pruning

/// Pruned and compacted networks through a file: no mask is lost, and small networks reload.
@Suite struct CheckpointTests {
    private func reloaded(_ state: StateDictionary, _ masks: Masks?) throws -> Model {
        let folder = FileManager.default.temporaryDirectory
        let file = folder.appending(path: "pruning-\(UUID().uuidString).safetensors")
        defer { try? FileManager.default.removeItem(at: file) }
        try Model(
            .resnet50, state, classes: ["a", "b", "c"],
            masks: masks?.tensors() ?? StateDictionary()
        ).write(to: file)
        return try Model.read(file)
    }

    @Test func masksAndSmallNetworksComeBackTheSame() throws {
        let state = try tinyState(.resnet50)
        let masks = try PruningMethod.named("distinctiveness").masks(
            for: Model(.resnet50, state), options: .init(angle: 85))
        try masks.apply(to: state)
        let small = try Compaction(Model(.resnet50, state, masks: masks.tensors()))
        for (state, masks) in try [
            (state, Optional(masks)), (small.model.state, small.model.pruningMasks()),
        ] {
            let read = try reloaded(state, masks)
            #expect(try read.pruningMasks() == masks)
            #expect(try read.state.isBitwiseEqual(to: state))
            #expect(try masks?.violations(in: read.state).isEmpty == true)
        }
        #expect(try reloaded(state, nil).pruningMasks() == nil)
    }
}
