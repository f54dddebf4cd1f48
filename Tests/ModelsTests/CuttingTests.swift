import Formats
import Foundation
import Testing

@testable import Models
@testable import Torch

/// Cutting is setting to zero, made smaller: over every make of network, with random channels.
@Suite struct CuttingTests {
    /// A seeded choice of up to `most` of the channels of each group.
    static func selection(
        _ groups: [ChannelGroup], seed: UInt64, most: Double, where chosen: (ChannelGroup) -> Bool
    ) throws -> Cut.Selection {
        let generator = try Generator(seed: seed)
        var selection: Cut.Selection = [:]
        for (index, group) in groups.enumerated() where chosen(group) {
            let count = group.channels.count
            let order = try Tensor.randperm(count, generator).values(Int64.self).map { Int($0) }
            let share = try Tensor.uniform([1], 0...most, generator).item()
            selection[index] = Set(order.prefix(min(count - 1, Int(Double(count) * share))))
        }
        return selection
    }

    @Test(arguments: ModelsFixture.networks, [1, 2, 3] as [UInt64])
    func theCutNetworkEqualsTheMaskedOne(path: String, seed: UInt64) throws {
        let model = try ModelsFixture.network(path)
        let x = try ModelsFixture.expected(path).require("input").channelsLast()
        let groups = try ChannelGroups(model.graph)
        let selection = try Self.selection(groups.groups, seed: seed, most: 0.9) { $0.isExact }
        #expect(selection.values.contains { !$0.isEmpty })
        let cut = try groups.cut(model, removing: selection)
        let masked = try scores(groups.masked(model, removing: selection), x)
        #expect(try distance(scores(cut, x), masked) < 1e-5)
        // Otherwise the test could not fail.
        #expect(try distance(scores(model, x), masked) > 1e-3)
        #expect(try GraphCost(cut.graph).parameters < GraphCost(model.graph).parameters)
    }

    /// Layer norms' channels too: the network is another one, but runs, trains and reloads.
    @Test(arguments: ModelsFixture.networks)
    func theCutNetworkRunsTrainsAndReloads(path: String) throws {
        let model = try ModelsFixture.network(path)
        let x = try ModelsFixture.expected(path).require("input").channelsLast()
        let groups = try ChannelGroups(model.graph)
        let cut = try groups.cut(
            model, removing: Self.selection(groups.groups, seed: 4, most: 0.9) { _ in true })
        let parameters = try cut.trained.map { try cut.state.require($0).requiresGrad_() }
        let found = try Executor(cut, generator: Generator(seed: 1)).forward(x, training: true)
        try crossEntropy(found, Tensor([0, 1] as [Int64], [2])).backward()
        for (name, parameter) in zip(cut.trained, parameters) {
            let grad = try #require(parameter.grad, "\(name)")
            #expect(try noGrad { try grad.isAllFinite() }, "\(name)")
        }
        let bytes = try noGrad { try ONNXWriter.encoded(cut.onnx()) }
        let again = try GraphReader.read(ONNXReader.read(bytes, file: path, folder: nil))
        #expect(try distance(scores(again, x), scores(cut, x)) < 1e-6)
        // A cut network is a network: it can be cut again.
        let next = try ChannelGroups(cut.graph)
        #expect(next.groups.count <= groups.groups.count)
        _ = try next.cut(
            cut, removing: Self.selection(next.groups, seed: 5, most: 0.5) { _ in true })
    }

    @Test(arguments: ModelsFixture.networks)
    func oneChannelOfEveryGroupIsEnough(path: String) throws {
        let model = try ModelsFixture.network(path)
        let groups = try ChannelGroups(model.graph)
        let selection = Dictionary(
            uniqueKeysWithValues: groups.groups.enumerated().map {
                ($0, Set($1.channels.indices.dropFirst()))
            })
        let cut = try groups.cut(model, removing: selection)
        let x = try ModelsFixture.expected(path).require("input").channelsLast()
        #expect(try scores(cut, x).shape == [2, 5])
        let all = Dictionary(
            uniqueKeysWithValues: groups.groups.enumerated().map { ($0, Set($1.channels.indices)) })
        let message = refusal { try groups.cut(model, removing: all) }
        #expect(message.contains("would lose all its channels: leave one"))
    }

    // MARK: what goes together

    private func groups(_ path: String) throws -> [ChannelGroup] {
        try ChannelGroups(ModelsFixture.network(path).graph).groups
    }

    private func sizes(_ groups: [ChannelGroup], _ parameter: String, _ dim: Int) -> [Int] {
        groups.filter { group in
            group.channels[0].contains { $0.parameter == parameter && $0.dim == dim }
        }.map(\.channels.count)
    }

    @Test func headsGoWhole() throws {
        let groups = try groups("new/vit")
        let heads = groups.filter { $0.channels[0].contains { $0.entries.count == 3 * 8 } }
        #expect(heads.count == 2)
        #expect(heads.allSatisfy { $0.channels.count == 2 && $0.isExact })
        // The residual stream: class token, positions, and every layer's ends.
        let stream = try #require(groups.first { $0.parameters.contains("class_token") })
        #expect(stream.channels.count == 16)
        #expect(!stream.isExact)
        #expect(stream.parameters.contains("encoder.pos_embedding"))
        #expect(stream.parameters.contains("heads.head.weight"))
    }

    @Test func groupsOfAConvolutionStayEqual() throws {
        let groups = try groups("old/squeeze")
        // The stem feeds three groups of four channels: the j-th of each go together.
        #expect(sizes(groups, "stem.weight", 0) == [4])
        let stem = groups.first { $0.parameters.contains("stem.weight") }
        #expect(stem?.channels[1].first?.entries == [1, 5, 9])
        // Group norm: its four groups of six go whole, with the excitation and the depthwise filters.
        #expect(sizes(groups, "norm.weight", 0).allSatisfy { $0 <= 4 })
    }

    @Test func stackedChannelsStayApart() throws {
        let groups = try groups("old/dense")
        // Every layer of a dense block adds a group of its own, read by all that follow.
        #expect(groups.filter { $0.channels.count == 4 }.count >= 4)
    }

    /// Squeeze-and-excitation: the excited channels with what excites them, the squeezed ones alone.
    @Test func theExcitedGoWithTheirExcitation() throws {
        let model = try ModelsFixture.network("new/regnet")
        let groups = try ChannelGroups(model.graph).groups
        let wiring = Wiring(model.graph)
        let pooled = model.graph.nodes.filter { $0.type == "Conv" }.filter { node in
            wiring.readers(of: node.outputs[0]).contains { model.graph.nodes[$0].type == "Sigmoid" }
        }
        #expect(pooled.count == 3)
        for excitation in pooled {
            let (weight, bias) = (excitation.inputs[1], excitation.inputs[2])
            let excited = try #require(
                groups.first { $0.channels[0].contains { $0.parameter == bias && $0.dim == 0 } })
            // Its own rows, the rows of what it multiplies, and the columns of squeeze and projection.
            #expect(excited.channels[0].count >= 6)
            let squeezed = try #require(
                groups.first { $0.channels[0].contains { $0.parameter == weight && $0.dim == 1 } })
            #expect(squeezed.channels[0].count == 3)
            #expect(squeezed.isExact && excited.isExact)
        }
    }

    /// All but the classes' biases, and tables of positions within windows, loses entries in some cut.
    @Test(arguments: ModelsFixture.networks)
    func everyWeightCanBeCut(path: String) throws {
        let model = try ModelsFixture.network(path)
        let covered = try ChannelGroups(model.graph).groups.reduce(into: Set<String>()) {
            $0.formUnion($1.parameters)
        }
        let left = model.graph.parameters.filter {
            $0.role == .trained && !covered.contains($0.name)
        }
        #expect(left.allSatisfy { $0.shape == [5] }, "\(left.map { "\($0.name) \($0.shape)" })")
    }

    @Test func classesAndColoursStay() throws {
        for path in ModelsFixture.networks {
            let model = try ModelsFixture.network(path)
            for group in try ChannelGroups(model.graph).groups {
                let slices = group.channels.joined()
                let colours = slices.contains { slice in
                    model.graph.nodes.first?.inputs.contains(slice.parameter) == true
                        && slice.dim == 1
                        && model.graph.nodes[0].type == "Conv"
                }
                #expect(!colours, "\(path)")
            }
        }
    }
}
