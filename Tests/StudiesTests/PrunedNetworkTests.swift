import Datasets
import Foundation
import Models
import Pruning
import Testing
import Torch
import Training

@testable import Studies

/// A network from a file fine-tuned into a file, pruned, and trained again as its file says.
@Suite struct PrunedNetworkTests {
    /// Six filters, for ten classes of somebody else's.
    private static func start(_ folder: URL) throws -> StartingNetwork {
        var net = GraphBuilder(size: 32)
        let x = try net.relu("relu", net.norm("bn", net.conv("conv", net.input, 6, kernel: 3)))
        let graph = net.finish(try net.linear("fc", net.globalPool(x), 10))
        let file = folder.appending(path: "start.safetensors")
        try Model(graph, graph.initialState(seed: 1), classes: (0..<10).map(String.init))
            .write(to: file)
        return try .network(file.path, size: nil) { Issue.record("told \($0)") }
    }

    private static func run(_ data: PictureData, _ plan: SplitPlan, _ output: URL) -> TrainingRun {
        TrainingRun(
            data: data, plan: plan, options: TrainingOptions(epochs: 1, batchSize: 4),
            device: .cpu, output: output)
    }

    /// Fine-tunes it on two classes, and prunes it by half: `whole` and `half`.
    private static func prepared<Result>(
        _ body: (_ folder: URL, _ data: PictureData) throws -> Result
    ) throws -> Result {
        try withStageFolder { folder in
            let data = try pictureData(folder.appending(path: "data"))
            let plan = try data.plan(protocolName: "leak-free", seed: 3)
            let whole = folder.appending(path: "whole.safetensors")
            _ = try run(data, plan, whole).fineTune(start(folder))
            let model = try Model.read(whole)
            try Technique(.magnitude, .amount(0.5)).pruned(model).model
                .write(to: folder.appending(path: "half.safetensors"))
            return try body(folder, data)
        }
    }

    private static func half(_ folder: URL) throws -> PrunedNetwork {
        try PrunedNetwork(folder.appending(path: "half.safetensors").path) {
            Issue.record("told \($0)")
        }
    }

    private static func refusal(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "nothing refused"
        } catch { return "\(error)" }
    }

    @Test func aFineTunedNetworkSaysHowItWasMade() throws {
        try Self.prepared { folder, data in
            let whole = try Model.read(folder.appending(path: "whole.safetensors"))
            #expect(whole.classes == ["a", "b"])
            #expect(whole.metadata["data"] == data.store.fingerprint)
            #expect(whole.metadata["weights"]?.count == 64)
            let plan = try #require(try whole.recorded(SplitPlan.self, "split", file: ""))
            #expect(plan.seed == 3 && plan.groups == "prefix")
            let options = try whole.recorded(TrainingOptions.self, "training", file: "")
            #expect(options?.batchSize == 4)
            let initial = folder.appending(path: "whole.initial.safetensors")
            let named = try whole.recorded(InitialReference.self, "initial", file: "")
            #expect(
                try named
                    == InitialReference(
                        file: initial.lastPathComponent, sha256: WeightsFile.sha256(initial)))
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(!names.contains { $0.hasSuffix(".resume") })
            var damaged = whole
            damaged.metadata["split"] = "{"
            #expect(
                Self.refusal { _ = try damaged.recorded(SplitPlan.self, "split", file: "w") }
                    .contains("its 'split' cannot be read"))
        }
    }

    @Test func aPrunedNetworkGoesBackAndIsTrainedAgain() throws {
        try Self.prepared { folder, data in
            var half = try Self.half(folder)
            let identity = half.identity
            try half.rewind(to: nil)
            #expect(half.identity.hasPrefix(identity) && half.identity.count == 128)
            let origin = try Model.read(folder.appending(path: "whole.initial.safetensors"))
            let mask: [Float] = try half.model.masks.require("conv.weight").values()
            let first: [Float] = try origin.state.require("conv.weight").values()
            let kept: [Float] = try half.model.state.require("conv.weight").values()
            #expect(kept == zip(first, mask).map { $0 * $1 })
            #expect(mask.count { $0 == 0 } == mask.count / 2)
            let source = try PictureSource(folder: folder.appending(path: "data").path)
            let (again, plan) = try half.pictures(source, groups: nil, threads: 1, seed: 9) {
                #expect($0 == data.store.preprocessing)
                return data.store
            }
            #expect(plan.seed == 3 && again.groupRule == "prefix")
            let ticket = folder.appending(path: "ticket.safetensors")
            let outcome = try Self.run(again, plan, ticket).retrain(half)
            #expect(outcome.history.count == 1)
            let trained: [Float] = try Model.read(ticket).state.require("conv.weight").values()
            #expect(zip(trained, mask).allSatisfy { $1 != 0 || $0 == 0 } && trained != kept)
        }
    }

    @Test func anotherStartingStateIsRefused() throws {
        try Self.prepared { folder, _ in
            var half = try Self.half(folder)
            let initial = folder.appending(path: "whole.initial.safetensors")
            let other = folder.appending(path: "whole.safetensors").path
            #expect(
                Self.refusal { try half.rewind(to: other) }.contains(
                    "not the starting state of \(folder.path)/half.safetensors: its SHA-256 is "))
            try FileManager.default.removeItem(at: initial)
            #expect(
                Self.refusal { try half.rewind(to: nil) }.contains(
                    "is not there. Say where it is with `initial` FILE"))
            var plain = try PrunedNetwork(folder.appending(path: "start.safetensors").path) { _ in }
            #expect(
                Self.refusal { try plain.rewind(to: nil) }.contains(
                    "names no starting state to rewind to. Give it with `initial` FILE"))
        }
    }

    @Test func otherPicturesAreRefusedOrTold() throws {
        try Self.prepared { folder, data in
            let pictures = folder.appending(path: "data")
            let source = try PictureSource(folder: pictures.path)
            let half = try Self.half(folder)
            func refusal(_ network: PrunedNetwork, groups: String? = nil) -> String {
                Self.refusal {
                    _ = try network.pictures(source, groups: groups, threads: 1, seed: 0) { _ in
                        data.store
                    }
                }
            }
            #expect(
                refusal(half, groups: "none").contains(
                    "was trained with pictures kept together by prefix, not by none"))
            // Groups of a table, which the file cannot hold; a manifest; other pictures.
            var told: [String] = []
            func changed(_ change: (inout Model, inout SplitPlan) -> Void) throws -> PrunedNetwork {
                let file = folder.appending(path: "changed.safetensors")
                var model = try Model.read(folder.appending(path: "half.safetensors"))
                var plan = try #require(try model.recorded(SplitPlan.self, "split", file: ""))
                change(&model, &plan)
                try model.record(plan, as: "split")
                try model.write(to: file)
                return try PrunedNetwork(file.path) { told.append($0) }
            }
            #expect(
                try refusal(changed { $1.groups = "column who of t.csv" }).contains(
                    "its groups came from a table, column who of t.csv. Give that table again: "
                        + "`groups` column:FILE.csv:COLUMN"))
            #expect(
                try refusal(changed { $1.manifest = "abc" }).contains(
                    "were divided by a manifest (SHA-256 abc), but none was given"))
            #expect(
                try refusal(changed { model, _ in model.classes = ["a", "c"] }).contains(
                    "missing: c; unknown to it: b"))
            #expect(told == [])
            #expect(
                try refusal(changed { model, _ in model.metadata["data"] = "others" })
                    == "nothing refused")
            #expect(told.count == 1 && told[0].hasPrefix("these are not the pictures that "))
        }
    }
}
