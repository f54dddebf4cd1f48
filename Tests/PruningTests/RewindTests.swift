import Models
import Testing
import Torch

@testable import Pruning

@Suite struct RewindTests {
    /// A checkpoint, and masks from a fine-tuned network.
    private struct Setting {
        let checkpoint: StateDictionary
        let masks: Masks

        init(_ method: String = "percentile") throws {
            checkpoint = try tinyState(seed: 1)
            let tuned = try tinyState(classes: 3, seed: 2)
            masks = try PruningMethod.named(method).masks(
                for: Model(.resnet18, tuned),
                options: .init(angle: 80))
        }

        func ticket() throws -> StateDictionary {
            try Rewind.apply(masks, to: checkpoint)
        }

        func verify(_ ticket: StateDictionary) throws {
            try Rewind.verify(ticket, masks: masks, checkpoint: checkpoint)
        }
    }

    @Test(arguments: PruningMethod.all.map(\.name))
    func theTicketIsTheCheckpointWhereKeptAndZeroWherePruned(_ method: String) throws {
        let setting = try Setting(method)
        let before = try setting.checkpoint.copied()
        let ticket = try setting.ticket()
        try setting.verify(ticket)
        #expect(ticket.names == setting.checkpoint.names)
        for (name, tensor) in ticket.entries {
            let original = try before.require(name)
            guard let mask = setting.masks[name] else {
                #expect(try tensor.isBitwiseEqual(to: original), "\(name)")
                continue
            }
            let expected = zip(mask.bytes, try original.values(Float.self))
                .map { $0 == 0 ? 0 : $1.bitPattern }
            #expect(try tensor.values(Float.self).map(\.bitPattern) == expected, "\(name)")
        }
        #expect(try ticket.require("bn1.num_batches_tracked").item() == 5)
    }

    @Test func trainingTheTicketDoesNotChangeTheCheckpoint() throws {
        let setting = try Setting()
        let before = try setting.checkpoint.copied()
        for (_, tensor) in try setting.ticket().entries { try tensor.fill_(7) }
        #expect(try setting.checkpoint.isBitwiseEqual(to: before))
    }

    @Test func aMaskedClassifierIsTheStoredOneWhereKept() throws {
        let setting = try Setting()
        let bytes = (0..<96).map { UInt8($0 % 3 == 0 ? 0 : 1) }
        let masks = try Masks([LayerMask(name: "fc.weight", shape: [3, 32], bytes: bytes)])
        let ticket = try Rewind.apply(masks, to: setting.checkpoint)
        try Rewind.verify(ticket, masks: masks, checkpoint: setting.checkpoint)
        let expected = zip(
            bytes, try setting.checkpoint.require("fc.weight").values(Float.self)
        )
        .map { $0 == 0 ? 0 : $1 }
        #expect(try ticket.require("fc.weight").values() == expected)
    }

    /// Sabotage: one bit of one element, wherever it is, must be found and named.
    @Test(arguments: [
        "conv1.weight", "layer2.0.downsample.0.weight", "layer4.1.conv2.weight", "bn1.weight",
        "layer1.0.bn2.bias", "layer3.0.bn1.running_mean", "layer3.0.bn1.running_var", "fc.weight",
        "fc.bias",
    ])
    func aRewindOffByOneBitIsFound(_ name: String) throws {
        let setting = try Setting()
        let ticket = try setting.ticket()
        let tensor = try ticket.require(name)
        let at = setting.masks[name]?.bytes.lastIndex(of: 1) ?? tensor.count - 1
        try setBits(tensor, at: at) { $0 ^ 1 }
        let error = #expect(throws: PruningError.self) { try setting.verify(ticket) }
        #expect(error?.description.contains("'\(name)' of the ticket") == true)
        #expect(error?.description.contains("1 of \(tensor.count) elements") == true)
        #expect(error?.description.contains("the first at \(at)") == true)
        try setBits(tensor, at: at) { $0 ^ 1 }
        try setting.verify(ticket)
    }

    /// Sabotage: a pruned weight that is -0, or that kept its value.
    @Test(arguments: [UInt32(0x8000_0000), 1, 0x3f80_0000])
    func aPrunedWeightThatSurvivedIsFound(_ bits: UInt32) throws {
        let setting = try Setting()
        let ticket = try setting.ticket()
        let at = try #require(setting.masks["conv1.weight"]?.bytes.firstIndex(of: 0))
        try setBits(ticket.require("conv1.weight"), at: at) { _ in bits }
        let error = #expect(throws: PruningError.self) { try setting.verify(ticket) }
        #expect(
            error?.description.contains("the first at \(at) (pruned, so it must be +0)") == true)
    }

    @Test func aCountOfBatchesThatMovedAndAChangedListAreFound() throws {
        let setting = try Setting()
        let counted = try setting.ticket()
        try counted.require("layer1.1.bn2.num_batches_tracked").increment_()
        var short = try setting.ticket()
        short["bn1.running_var"] = nil
        var long = try setting.ticket()
        long["layer9.weight"] = try .ones([1])
        var wide = try setting.ticket()
        wide["bn1.bias"] = try .zeros([8])
        var other = try setting.ticket()
        other["bn1.bias"] = try setting.checkpoint.require("bn1.bias").to(dtype: .float64)
        for (ticket, word) in [
            (counted, "num_batches_tracked' of the ticket is not the checkpoint's: 1 of 1"),
            (short, "the ticket has no 'bn1.running_var'"),
            (long, "the ticket has 'layer9.weight', which the checkpoint does not have"),
            (wide, "[8]"), (other, "float64"),
        ] {
            let error = #expect(throws: PruningError.self) { try setting.verify(ticket) }
            #expect(error?.description.contains(word) == true, "\(String(describing: error))")
        }
        var masks = setting.masks.layers
        masks.append(try LayerMask(name: "conv9.weight", shape: [1], bytes: [1]))
        #expect(throws: PruningError.self) {
            try Rewind.verify(
                setting.ticket(), masks: Masks(masks), checkpoint: setting.checkpoint)
        }
    }
}
