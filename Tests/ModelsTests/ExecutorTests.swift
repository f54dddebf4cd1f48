import Networks
import Testing

@testable import Models
@testable import Torch

/// The executor takes the calls that the hand-written networks took, so it gives the same bits.
@Suite struct ExecutorTests {
    @Test(arguments: [Architecture.resnet18, .resnet50], [true, false])
    func givesTheBitsOfTheHandWrittenNetwork(_ architecture: Architecture, training: Bool) throws {
        let graph = try BuiltNetwork.named(architecture.rawValue).graph(classes: 7, size: 32)
        let model = try BuilderTests.filled(graph)
        let network = try ResNet(architecture, model.state.copied())
        let x = try Tensor.randn([3, 3, 32, 32], Generator(seed: 12)).channelsLast()
        let target = try Tensor([0, 1, 2] as [Int64], [3])
        for name in model.trained {
            try model.state.require(name).requiresGrad_()
            try network.state.require(name).requiresGrad_()
        }
        let found = try Executor(model).forward(x, training: training)
        let expected = try network.forward(x, training: training)
        #expect(try found.isBitwiseEqual(to: expected))
        try crossEntropy(found, target).backward()
        try crossEntropy(expected, target).backward()
        for name in model.trained {
            let (a, b) = (try model.state.require(name), try network.state.require(name))
            #expect(try #require(a.grad).isBitwiseEqual(to: #require(b.grad)), "\(name)")
        }
        for (name, tensor) in network.state.entries {
            #expect(try model.state.require(name).isBitwiseEqual(to: tensor), "\(name)")
        }
    }
}
