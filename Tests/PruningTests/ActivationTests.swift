import Foundation
import Models
import Testing
import Torch

@testable import Pruning

@Suite struct ActivationTests {
    private static func model() throws -> Model { try Model(.resnet18, tinyState()) }

    /// Every value of every picture, channel by channel: what the streaming never keeps.
    private static func vectors(_ name: String, _ model: Model) throws -> [[Double]] {
        var vectors: [[Double]] = []
        try noisePictures().forEachBatch { batch, _ in
            try noGrad {
                _ = try Executor(model).run(batch, training: false) { seen, value in
                    guard seen == name else { return }
                    let shape = value.shape
                    let (area, all) = (
                        shape[2] * shape[3], try value.contiguous().values(Float.self)
                    )
                    if vectors.isEmpty { vectors = [[Double]](repeating: [], count: shape[1]) }
                    for picture in 0..<shape[0] {
                        for channel in 0..<shape[1] {
                            let start = (picture * shape[1] + channel) * area
                            vectors[channel] += all[start..<(start + area)].map(Double.init)
                        }
                    }
                }
            }
        }
        return vectors
    }

    /// The definition: min-max scaled to -0.5...0.5, then the angle between the vectors.
    private static func angle(_ a: [Double], _ b: [Double], sign: Double) -> Double {
        func scaled(_ x: [Double]) -> [Double] {
            let (low, high) = (x.min() ?? 0, x.max() ?? 0)
            return x.map { ($0 - low) / (high - low) - 0.5 }
        }
        let (a, b) = (scaled(a), scaled(b))
        func dot(_ x: [Double], _ y: [Double]) -> Double {
            zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
        }
        let cosine = sign * dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
        return acos(max(-1, min(1, cosine))) * 180 / .pi
    }

    /// A convolution that ends in its own ReLU, one whose batch norm goes into a sum (its own output is
    /// looked at, turned round where the scale is negative), and a shortcut.
    @Test(arguments: ["conv1.weight", "layer1.0.conv2.weight", "layer2.0.downsample.0.weight"])
    func anglesAreThoseOfTheWholeVectors(_ weight: String) throws {
        let model = try Self.model()
        let scale = try model.state.require("layer1.0.bn2.weight")
        try setBits(scale, at: 1) { $0 | 1 << 31 }
        let context = try PruningContext(model, pictures: noisePictures())
        let angles = try context.activationAngles(context.weights(weight))
        let place = try #require(model.graph.activations()[weight])
        #expect((place.scale == nil) == (weight == "conv1.weight"))
        let signs = try place.scale.map { try model.state.require($0).values(Float.self) }
        let vectors = try Self.vectors(place.value, model)
        #expect(vectors.count == angles.filters && angles.compared.count > 1)
        for i in angles.compared {
            for j in angles.compared where j > i {
                let sign = signs.map { $0[i] * $0[j] < 0 ? -1.0 : 1 } ?? 1
                let expected = Self.angle(vectors[i], vectors[j], sign: sign)
                #expect(abs(angles.angle(i, j) - expected) < 1e-4, "\(i) \(j)")
            }
        }
    }

    /// Of two filters with the same weights the later goes first, whatever the network.
    @Test func twinsGoFirst() throws {
        let model = try Self.model()
        var values = try model.state.require("conv1.weight").values(Float.self)
        let size = values.count / 4
        for index in 0..<size { values[3 * size + index] = values[index] }
        try model.state.require("conv1.weight").copy_(Tensor(values, [4, 3, 7, 7]))
        for name in ["bn1.weight", "bn1.bias", "bn1.running_mean", "bn1.running_var"] {
            var numbers = try model.state.require(name).values(Float.self)
            numbers[3] = numbers[0]
            try model.state.require(name).copy_(Tensor(numbers, [4]))
        }
        let pruned = try Technique(.activationAngle, .amount(0.25))
            .pruned(model, pictures: noisePictures())
        let mask = try #require(pruned.choice.masks["bn1.bias"])
        #expect(mask.bytes == [1, 1, 1, 0])
    }

    /// The gradient of the mean loss by small steps, in a network of smooth pieces near its point.
    @Test func gradientsAreThoseOfTheMeanLoss() throws {
        let model = try Self.model()
        let name = "fc.weight"
        let context = try PruningContext(model, pictures: noisePictures())
        #expect(throws: PruningError.self) { try context.gradients(name) }
        let conv = "layer4.1.conv2.weight"
        let found = try context.gradients(conv).mean
        func loss(_ shift: Float, at index: Int) throws -> Double {
            var values = try model.state.require(conv).values(Float.self)
            values[index] += shift
            var state = model.state
            state[conv] = try Tensor(values, model.state.require(conv).shape)
            let executor = try Executor(model.with(state))
            var (sum, count) = (0.0, 0)
            try noisePictures().forEachBatch { batch, labels in
                try noGrad {
                    let scores = try executor.forward(batch, training: false)
                    let targets = try Tensor(labels.map(Int64.init), [labels.count])
                    sum += try crossEntropy(scores, targets, reduction: .sum).item()
                    count += labels.count
                }
            }
            return sum / Double(count)
        }
        let scale = found.map(abs).max() ?? 0
        for index in stride(from: 0, to: found.count, by: found.count / 7) {
            let step: Float = 1e-2
            let slope = try (loss(step, at: index) - loss(-step, at: index)) / Double(2 * step)
            #expect(abs(slope - Double(found[index])) < 0.05 * Double(scale), "\(index)")
        }
    }

    @Test func withoutPicturesTheErrorSaysSo() throws {
        let context = try PruningContext(Self.model())
        let error = #expect(throws: PruningError.self) {
            try Technique(.activationAngle, .amount(0.5)).choose(in: context)
        }
        #expect(error?.description.contains("pictures are needed") == true)
        let none = SamplePictures(words: "none") { _ in }
        #expect(throws: PruningError.self) {
            try Technique(.activationAngle, .amount(0.5)).pruned(Self.model(), pictures: none)
        }
    }
}
