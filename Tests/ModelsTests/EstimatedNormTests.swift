import Testing
import Torch

@testable import Models

/// Batch norms' statistics from pictures, against those computed from every value.
@Suite struct EstimatedNormTests {
    private static func batches(_ body: (Tensor) throws -> Void) throws {
        let generator = try Generator(seed: 4)
        for count in [4, 3, 1] { try body(Tensor.randn([count, 3, 32, 32], generator)) }
    }

    private static func model() throws -> Model {
        try .drawn(.resnet18, classes: 3, size: 32, seed: 2)
    }

    /// Mean over the batches, by their sizes, of each batch's mean and unbiased variance; a picture alone
    /// does not count.
    @Test func statisticsAreTheBatchesMeans() throws {
        let model = try Self.model()
        try model.estimateBatchNorms(Self.batches)
        var (means, variances) = (
            [Double](repeating: 0, count: 64), [Double](repeating: 0, count: 64)
        )
        try Self.batches { batch in
            guard batch.shape[0] > 1 else { return }
            try noGrad {
                _ = try Executor(model).run(batch, training: false) { name, value in
                    guard name == "conv1.out" else { return }
                    let values = try value.contiguous().values(Float.self)
                    let (count, area) = (value.shape[0], value.shape[2] * value.shape[3])
                    for channel in 0..<64 {
                        var own: [Double] = []
                        for picture in 0..<count {
                            let start = (picture * 64 + channel) * area
                            own += values[start..<(start + area)].map { Double($0) }
                        }
                        let mean = own.reduce(0, +) / Double(own.count)
                        let square = own.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) }
                        means[channel] += mean * Double(count) / 7
                        variances[channel] += square / Double(own.count - 1) * Double(count) / 7
                    }
                }
            }
        }
        let found = try model.state.require("bn1.running_mean").values(Float.self)
        let spread = try model.state.require("bn1.running_var").values(Float.self)
        for channel in 0..<64 {
            #expect(abs(Double(found[channel]) - means[channel]) < 1e-5)
            #expect(abs(Double(spread[channel]) - variances[channel]) < 1e-4 * variances[channel])
        }
    }

    /// Batches are not counted, weights and the network's own settings stay, and the same pictures give the
    /// same numbers.
    @Test func nothingElseChanges() throws {
        let (model, other) = (try Self.model(), try Self.model())
        try model.estimateBatchNorms(Self.batches)
        for parameter in model.graph.parameters
        where !parameter.name.contains("running_") {
            let (a, b) = (
                try model.state.require(parameter.name), try other.state.require(parameter.name)
            )
            #expect(try a.isBitwiseEqual(to: b), "\(parameter.name)")
        }
        try other.estimateBatchNorms(Self.batches)
        #expect(try model.state.isBitwiseEqual(to: other.state))
    }

    @Test func withoutNormsOrPicturesTheErrorSaysSo() throws {
        let model = try Self.model()
        let folded = #expect(throws: NetworkError.self) {
            try model.foldingBatchNorms().estimateBatchNorms(Self.batches)
        }
        #expect(folded?.description.contains("no batch norm") == true)
        let none = #expect(throws: NetworkError.self) { try model.estimateBatchNorms { _ in } }
        #expect(none?.description.contains("no pictures") == true)
    }
}
