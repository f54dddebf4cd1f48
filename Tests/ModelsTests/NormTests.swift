import Formats
import Foundation
import Testing

@testable import Models
@testable import Torch

/// Batch norm folded into convolutions, and put back.
@Suite struct NormTests {
    private func built(_ name: String, _ size: Int) throws -> (model: Model, x: Tensor) {
        (
            try BuilderTests.filled(Architecture.named(name).graph(classes: 5, size: size)),
            try Tensor.randn([4, 3, size, size], Generator(seed: 12)).channelsLast()
        )
    }

    @Test(arguments: [("resnet18", 64), ("mobilenet_v2", 64), ("vgg11_bn", 32), ("resnet20", 32)])
    func foldingAndPuttingBackKeepTheScores(name: String, size: Int) throws {
        let (model, x) = try built(name, size)
        let norms = model.graph.nodes.filter { $0.type == "BatchNormalization" }.count
        let folded = try model.foldingBatchNorms()
        #expect(!folded.graph.nodes.contains { $0.type == "BatchNormalization" })
        #expect(folded.graph.nodes.count == model.graph.nodes.count - norms)
        #expect(try distance(scores(folded, x), scores(model, x)) < 1e-5)
        #expect(folded.graph.foldedNorms.count == norms)
        let restored = try restoreBatchNorm(folded.graph, folded.state, [x])
        #expect(restored.graph.nodes.filter { $0.type == "BatchNormalization" }.count == norms)
        #expect(try distance(scores(restored, x), scores(folded, x)) < 1e-5)
        // The statistics are those of the pictures: training sees what evaluation does.
        let seen = try noGrad { try Executor(restored).run(x, training: false) { _, _ in }[0] }
        let fresh = try noGrad { () -> Tensor in
            let copy = try Model(restored.graph, restored.state.copied())
            return try Executor(copy, generator: Generator(seed: 1)).forward(x, training: true)
        }
        if !model.graph.nodes.contains(where: { $0.type == "Dropout" }) {
            #expect(try distance(fresh, seen) < 1e-3)
        }
    }

    @Test(arguments: ModelsFixture.networks)
    func exportsKeepTheirScores(path: String) throws {
        let model = try ModelsFixture.network(path)
        let x = try ModelsFixture.expected(path).require("input").channelsLast()
        let restored = try restoreBatchNorm(model.graph, model.state, [x, x])
        #expect(try distance(scores(restored, x), scores(model, x)) < 1e-5)
        let added = restored.graph.nodes.count - model.graph.nodes.count
        let none = ["vit", "swin", "convnext"].contains { path.hasSuffix($0) }
        #expect(none == (added == 0))
        let bytes = try ONNXWriter.encoded(restored.onnx())
        let again = try GraphReader.read(ONNXReader.read(bytes, file: path, folder: nil))
        #expect(try distance(scores(again, x), scores(restored, x)) < 1e-6)
    }

    @Test func squeezeAndExcitationGetsNone() throws {
        let graph = try ModelsFixture.network("new/regnet").graph
        let folded = Set(graph.foldedNorms)
        let pooled = graph.nodes.indices.filter {
            graph.nodes[$0].type == "Conv" && !folded.contains($0)
        }
        #expect(pooled.count == 6, "two for each of three blocks")
    }

    @Test func statisticsOfBatchesAreThoseOfAll() throws {
        let x = try Tensor.randn([6, 5, 4, 3], Generator(seed: 1)) * 3 + 100
        var parts = ChannelStatistics()
        for (start, length) in [(0, 1), (1, 3), (4, 2)] {
            try parts.add(x.narrow(dim: 0, start: start, length: length))
        }
        for channel in 0..<5 {
            let values = try x.narrow(dim: 1, start: channel, length: 1).values(Double.self)
            let mean = values.reduce(0, +) / Double(values.count)
            let squares = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
            #expect(abs(parts.mean[channel] - mean) < 1e-4)
            #expect(abs(parts.variance[channel] / (squares / Double(values.count)) - 1) < 1e-4)
        }
    }

    @Test func withoutPicturesThereIsNothingToEstimate() throws {
        let model = try ModelsFixture.network("new/mobile")
        let message = refusal { try restoreBatchNorm(model.graph, model.state, [Tensor]()) }
        #expect(message.contains("no pictures to estimate the batch norms from"))
    }

    /// They made a peer's cut networks six times slower.
    @Test func foldedNumbersAreNeverSubnormal() throws {
        let (model, x) = try built("resnet20", 32)
        try noGrad {
            for (name, tensor) in model.state.entries where name.hasSuffix("bn1.weight") {
                try tensor.mul_(.full([], 1e-38))
            }
        }
        let folded = try model.foldingBatchNorms()
        var tiny = 0
        for (_, tensor) in folded.state.entries {
            let values = try tensor.values(Float.self)
            #expect(!values.contains { $0.isSubnormal })
            tiny += values.filter { $0 == 0 }.count
        }
        #expect(tiny > 1000)
        #expect(try scores(folded, x).isAllFinite())
    }
}
