import Testing

@testable import Models
@testable import Torch

@Suite struct ResNetTests {
    @Test(arguments: [Architecture.resnet18, .resnet34, .resnet50])
    func everyArchitectureMapsPicturesToScores(_ architecture: Architecture) throws {
        let state = try Model.drawn(architecture, classes: 5, seed: 1).state
        let network = try Executor(architecture, state)
        let x = try Tensor.randn([2, 3, 32, 32], Generator(seed: 2))
        #expect(try network.forward(x, training: false).shape == [2, 5])
    }
}
