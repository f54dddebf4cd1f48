import Comparing
import Foundation
import Models
import Testing
import Torch

@testable import Generating

/// Losses and their gradients, elementwise against PyTorch's.
@Suite struct LossTests {
    private let fixture: GeneratingFixture

    init() throws { fixture = try .load() }

    @Test func theDivergenceIsThatOfDistributions() throws {
        let known = fixture.divergence
        let mean = try Tensor(known.mean.flatMap { $0 }, [5, 4]).requiresGrad_()
        let logVariance = try Tensor(known.logVariance.flatMap { $0 }, [5, 4]).requiresGrad_()
        let found = try Losses.divergence(mean: mean, logVariance: logVariance)
        #expect(largestDifference(try found.values(), known.divergence) < 1e-6)
        let freed = try Losses.freed(found, free: known.free)
        #expect(abs(try freed.item() - known.freed) < 1e-5)
        // Some numbers of the fixture are below what is free, some above: gradients stop at the first.
        #expect(known.divergence.contains { Double($0) < known.free })
        #expect(known.divergence.contains { Double($0) > known.free })
        try freed.backward()
        #expect(
            largestDifference(try #require(mean.grad).values(), known.meanGradient.flatMap { $0 })
                < 1e-6)
        #expect(
            largestDifference(
                try #require(logVariance.grad).values(), known.logVarianceGradient.flatMap { $0 })
                < 1e-6)
    }

    @Test func theReconstructionIsTheBestGaussiansLikelihood() throws {
        let known = fixture.reconstruction
        let nats = try Losses.reconstruction(
            Tensor(known.pictures, known.shape), Tensor(known.made, known.shape)
        ).item()
        #expect(abs(nats - known.nats) < 1e-4 * abs(known.nats))
    }

    @Test func theHingeIsThatOfBothSides() throws {
        let known = fixture.hinge
        let real = try Tensor(known.real, [6]).requiresGrad_()
        let made = try Tensor(known.made, [6]).requiresGrad_()
        let loss = try Losses.hinge(real: real, made: made)
        #expect(abs(try loss.item() - known.discriminator) < 1e-6)
        #expect(abs(try Losses.hinge(made: made).item() - known.generator) < 1e-6)
        try loss.backward()
        #expect(largestDifference(try #require(real.grad).values(), known.realGradient) < 1e-7)
        #expect(largestDifference(try #require(made.grad).values(), known.madeGradient) < 1e-7)
    }

    /// One iteration, the normal weight and its gradient as torch.nn.utils.parametrizations.spectral_norm.
    @Test func spectralNormIsPyTorchs() throws {
        let known = fixture.spectral
        let graphs = PictureNetworks(size: 8, classes: 2, tinySettings(.gan))
        var graph = try graphs.discriminator()
        // The first layer alone, with its normal weight as what comes out.
        graph.outputs = ["first.normal.out"]
        graph.nodes = Array(graph.nodes.prefix { $0.name != "first" })
        let names = SpectralNorm.Names("first")
        graph.parameters = graph.parameters.filter {
            [names.weight, names.u, names.v].contains($0.name)
        }
        for index in graph.parameters.indices {
            let name = graph.parameters[index].name
            graph.parameters[index].shape =
                name == names.weight ? known.shape : name == names.u ? [1, 4] : [27, 1]
        }
        let weight = try Tensor(known.weight, known.shape).requiresGrad_()
        let state = StateDictionary([
            (names.weight, weight), (names.u, try Tensor(known.u, [1, 4])),
            (names.v, try Tensor(known.v, [27, 1])),
        ])
        let network = try Executor(Model(graph, state))
        let norm = try SpectralNorm(state)
        try norm.iterate()
        #expect(largestDifference(try state.require(names.u).values(), known.nextU) < 1e-6)
        #expect(largestDifference(try state.require(names.v).values(), known.nextV) < 1e-6)
        let normal = try network.forward(.zeros([1, 3, 8, 8]), training: true)
        #expect(largestDifference(try normal.values(), known.normal) < 1e-6)
        let factors = try Tensor((0..<weight.count).map { Float($0) }, known.shape)
        try (normal * factors).sum().backward()
        #expect(largestDifference(try #require(weight.grad).values(), known.gradient) < 1e-4)
        // The largest singular value becomes 1 as iterations go on.
        try norm.iterate(200)
        let flat = try network.forward(.zeros([1, 3, 8, 8]), training: false).reshaped([4, 27])
        let gram = try flat.matmul(flat.transposed(0, 1)).to(dtype: .float64)
        #expect(abs((try gram.eigh().values.values(Double.self).max() ?? 0) - 1) < 1e-4)
        let before = try Tensor(known.weight, [4, 27])
        let largest = try before.matmul(before.transposed(0, 1)).to(dtype: .float64)
            .eigh().values.values(Double.self).max()
        #expect(abs((largest ?? 0).squareRoot() - known.largest) < 1e-4)
    }
}
