import Testing
import Torch

@testable import Models

/// The last layer: found in every network, and drawn anew for other classes.
@Suite struct HeadTests {
    @Test(arguments: ModelsFixture.networks)
    func aNewHeadScoresOtherClasses(path: String) throws {
        let model = try ModelsFixture.network(path)
        let fresh = try model.withNewHead(classes: ["a", "b", "c"], seed: 4)
        let x = try ModelsFixture.expected(path).require("input")
        #expect(try scores(fresh, x).shape == [x.shape[0], 3])
        #expect(try fresh.graph.classCount() == 3 && fresh.classes.count == 3)
        let again = try model.withNewHead(classes: ["a", "b", "c"], seed: 4)
        #expect(try again.state.isBitwiseEqual(to: fresh.state))
        // All but the last layer is as it was.
        let head = try model.graph.head()
        for (name, tensor) in model.state.entries where ![head.weight, head.bias].contains(name) {
            #expect(try tensor.isBitwiseEqual(to: fresh.state.require(name)), "\(name)")
        }
    }

    /// As torch.nn.Linear: weight, then bias, uniform within 1 / sqrt(features).
    @Test func itIsDrawnAsALinearLayer() throws {
        let fresh = try Model.drawn(.resnet18, classes: 1000, seed: 1)
            .withNewHead(classes: ["a", "b"], seed: 7)
        let random = try Generator(seed: 7)
        let bound = 1 / 512.0.squareRoot()
        let weight = try Tensor.uniform([2, 512], -bound...bound, random)
        let bias = try Tensor.uniform([2], -bound...bound, random)
        #expect(try fresh.state.require("fc.weight").isBitwiseEqual(to: weight))
        #expect(try fresh.state.require("fc.bias").isBitwiseEqual(to: bias))
    }

    @Test func aNetworkWithoutALastLayerIsRefused() throws {
        var net = GraphBuilder(size: 32)
        let x = try net.conv("conv", net.input, 8, kernel: 3)
        let graph = net.finish(try net.globalPool(x))
        #expect(refusal { try graph.head() }.contains("last layer"))
    }
}
