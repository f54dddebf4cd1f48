import Formats
import Foundation
import Testing
import Torch

@testable import Models

/// Models through files: nothing is lost, nothing is larger, and what is broken is refused.
@Suite struct ModelFileTests {
    private func withFile<R>(_ body: (URL) throws -> R) throws -> R {
        let file = FileManager.default.temporaryDirectory
            .appending(path: "model-\(UUID().uuidString).safetensors")
        defer { try? FileManager.default.removeItem(at: file) }
        return try body(file)
    }

    private func named(_ model: Model) throws -> Model {
        var model = model
        model.classes = (0..<(try model.graph.classCount())).map { "class \($0)" }
        return model
    }

    /// Masks the smallest `amount` of every convolution and zeroes it.
    private func masked(_ model: Model, _ amount: Double) throws -> Model {
        var model = try model.with(model.state.copied())
        for spec in model.graph.tensors() where spec.kind == .convolution {
            var values = try model.state.require(spec.name).values(Float.self)
            let order = values.indices.sorted { abs(values[$0]) < abs(values[$1]) }
            var mask = [Float](repeating: 1, count: values.count)
            for index in order.prefix(Int(amount * Double(values.count))) {
                (values[index], mask[index]) = (0, 0)
            }
            model.state[spec.name] = try Tensor(values, spec.shape)
            model.masks[spec.name] = try Tensor(mask, spec.shape)
        }
        return model
    }

    @Test(arguments: ModelsFixture.networks)
    func aNetworkComesBackAsItWas(path: String) throws {
        let model = try named(ModelsFixture.network(path))
        let read = try withFile { file in
            try model.write(to: file)
            return try Model.read(file)
        }
        #expect(read.graph == model.graph && read.classes == model.classes)
        #expect(try read.state.isBitwiseEqual(to: model.state))
        let x = try ModelsFixture.expected(path).require("input")
        #expect(try distance(scores(read, x), scores(model, x)) < 1e-6)
    }

    @Test(arguments: [0, 0.0005, 0.02, 0.3, 0.9, 1])
    func aPrunedFileIsNeverLarger(amount: Double) throws {
        let whole = try named(Model.drawn(.named("resnet20"), classes: 10, seed: 1))
        let pruned = try masked(whole, amount)
        let (before, after, read) = try withFile { file in
            try whole.write(to: file)
            let before = try Data(contentsOf: file).count
            try pruned.write(to: file)
            return (before, try Data(contentsOf: file).count, try Model.read(file))
        }
        // Naming the masks takes two kilobytes, which hardly anything pruned does not pay.
        #expect(after < before + (amount < 0.01 ? 4000 : 0), "\(before) \(after)")
        if amount == 0.9 { #expect(Double(after) < 0.2 * Double(before)) }
        #expect(try read.state.isBitwiseEqual(to: pruned.state))
        #expect(try read.masks.isBitwiseEqual(to: pruned.masks))
    }

    @Test func filesOfTheFirstVersionAreRead() throws {
        let model = try Model.drawn(.resnet18, classes: 2, seed: 3)
        var dict = try model.state.hosted()
        let shape = try model.state.require("conv1.weight").shape
        dict["mask.conv1.weight"] = HostTensor(
            [UInt8](repeating: 1, count: shape.reduce(1, *)), shape: shape)
        dict.metadata = [
            "format": "winnow", "version": "1", "architecture": "resnet18",
            "classes": #"["a","b"]"#, "note": "kept",
        ]
        let read = try withFile { file in
            try SafetensorsWriter.write(dict, to: file)
            return try Model.read(file)
        }
        #expect(read.graph.name == "resnet18" && read.classes == ["a", "b"])
        #expect(read.metadata["note"] == "kept" && read.masks.names == ["conv1.weight"])
        #expect(try read.state.isBitwiseEqual(to: model.state))
    }

    @Test func brokenFilesAreRefused() throws {
        let model = try masked(named(Model.drawn(.named("resnet20"), classes: 3, seed: 1)), 0.5)
        func refused(_ change: (inout StateDict) throws -> Void) throws -> String {
            try withFile { file in
                try model.write(to: file)
                var dict = try TensorFile.read(file)
                try change(&dict)
                try SafetensorsWriter.write(dict, to: file)
                return refusal { try Model.read(file) }
            }
        }
        #expect(try refused { $0.metadata["graph"] = "{}" }.contains("'graph'"))
        #expect(
            try refused {
                let text = $0.metadata["graph"] ?? ""
                $0.metadata["graph"] = text.replacing(
                    #""name":"bn1.bias""#, with: #""name":"bn1.weight""#)
            }.contains("two parameters are named 'bn1.weight'"))
        #expect(try refused { $0.metadata["classes"] = "[]" }.contains("class names"))
        #expect(try refused { $0.metadata["classes"] = #"["a"]"# }.contains("1 classes"))
        #expect(
            try refused { $0.metadata["graph"] = nil }.contains(
                "neither a graph nor the name of an architecture"))
        #expect(
            try refused {
                ($0.metadata["graph"], $0.metadata["architecture"]) = (nil, "resnet19")
            }.contains("no architecture 'resnet19'. Did you mean 'resnet18'?"))
        #expect(try refused { $0["mask.conv1.weight"] = nil }.contains("mask of 'conv1.weight'"))
        #expect(
            try refused {
                $0["mask.conv1.weight"] = HostTensor([255 as UInt8], shape: [1])
            }.contains("mask of 'conv1.weight'"))
        #expect(
            try refused {
                let text = $0.metadata["masks"] ?? ""
                $0.metadata["masks"] = text.replacing("[16,3,3,3]", with: "[16,3,3,30000000]")
            }.contains("mask of 'conv1.weight'"))
        #expect(
            try refused { $0["bn1.bias"] = HostTensor([1 as Float], shape: [1]) }.contains(
                "bn1.bias is [1], but the network has [16] there"))
        #expect(
            try refused {
                $0["fc.bias"] = HostTensor([0, .nan, 0] as [Float], shape: [3])
            }.contains("NaN"))
        let leak = try masked(model, 0)
        try leak.state.require("conv1.weight").fill_(1)
        var masks = model
        masks.state = leak.state
        try withFile { file in
            #expect(
                refusal { try masks.write(to: file) }.contains(
                    "conv1.weight has a pruned weight that is not zero (1.0)"))
            #expect(!FileManager.default.fileExists(atPath: file.path))
        }
    }
}
