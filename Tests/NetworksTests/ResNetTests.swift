import Testing

@testable import Networks
@testable import Torch

@Suite struct ResNetTests {
    @Test(arguments: Architecture.allCases)
    func everyArchitectureMapsPicturesToScores(_ architecture: Architecture) throws {
        let state = try Initialization.state(architecture, classes: 5, seed: 1)
        let network = try ResNet(architecture, state)
        let x = try Tensor.randn([2, 3, 32, 32], Generator(seed: 2))
        #expect(try network.forward(x, training: false).shape == [2, 5])
    }
}
