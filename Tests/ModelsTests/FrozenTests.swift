import Testing

@testable import Models
@testable import Torch

/// Evaluation of weights that do not change any more, against evaluation as in training.
@Suite struct FrozenTests {
    private static func distance(_ model: Model, _ x: Tensor) throws -> Float {
        try noGrad {
            let plain: [Float] = try Executor(model).forward(x, training: false).values()
            let frozen: [Float] = try Executor(frozen: model).forward(x, training: false).values()
            let scale = plain.map(abs).max() ?? 1
            return (zip(plain, frozen).map { abs($0 - $1) }.max() ?? .infinity) / scale
        }
    }

    private static func built(_ name: String, _ size: Int) throws -> Model {
        try BuilderTests.filled(Architecture.named(name).graph(classes: 5, size: size))
    }

    @Test(
        arguments: [("resnet18", 64), ("mobilenet_v2", 64), ("vgg11_bn", 32), ("resnet20", 32)],
        [1, 5])
    func builtNetworksKeepTheirScores(network: (name: String, size: Int), batch: Int) throws {
        let x = try Tensor.randn([batch, 3, network.size, network.size], Generator(seed: 4))
        let model = try Self.built(network.name, network.size)
        #expect(try Self.distance(model, x) < 1e-5)
        #expect(try Self.distance(model, x.channelsLast()) < 1e-5)
    }

    @Test(arguments: ModelsFixture.networks)
    func exportsKeepTheirScores(path: String) throws {
        let x = try ModelsFixture.expected(path).require("input")
        #expect(try Self.distance(ModelsFixture.network(path), x) < 1e-5)
    }

    /// Pictures of one size after another: each meets weights in the order of its own.
    @Test func batchesOfAnySizeInTurn() throws {
        let model = try Self.built("resnet18", 64)
        let frozen = try Executor(frozen: model)
        for batch in [1, 40, 3, 40, 1] {
            let x = try Tensor.randn([batch, 3, 64, 64], Generator(seed: UInt64(batch)))
            try noGrad {
                let plain: [Float] = try Executor(model).forward(x, training: false).values()
                let found: [Float] = try frozen.forward(x, training: false).values()
                let scale = plain.map(abs).max() ?? 1
                #expect(zip(plain, found).allSatisfy { abs($0 - $1) < 1e-5 * scale })
            }
        }
    }

    @Test func sumsAndActivationsRunWithTheirConvolution() throws {
        let model = try Self.built("resnet18", 64).foldingBatchNorms()
        let types = try Plan(model.graph, frozen: true).steps.map(\.node.type)
        #expect(types.filter { $0 == "Conv" }.count == 20)
        #expect(!types.contains("Relu") && !types.contains("Add"))
        let plain = try Plan(model.graph).steps.map(\.node.type)
        #expect(plain.contains("Relu") && plain.contains("Add"))
    }

    @Test func notANumberIsNotMadeANumber() throws {
        let x = try Tensor.full([1, 3, 32, 32], .nan)
        let scores = try noGrad {
            try Executor(frozen: Self.built("resnet20", 32)).forward(x, training: false)
        }
        #expect(try scores.values(Float.self).allSatisfy(\.isNaN))
    }

    @Test func trainingIsRefused() throws {
        let frozen = try Executor(frozen: Self.built("resnet20", 32))
        let x = try Tensor.zeros([2, 3, 32, 32])
        #expect(throws: NetworkError.self) { try frozen.forward(x, training: true) }
    }
}
