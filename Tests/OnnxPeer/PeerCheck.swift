import Formats
import Foundation
import Models
import Torch

/// What Winnow makes of one exported network.
struct PeerCheck {
    let folder: URL
    let name: String
    var row = PeerRow()

    init(folder: URL, name: String) {
        self.folder = folder
        self.name = name
    }

    mutating func run() throws {
        var model = try Model.read(onnx: file("onnx"))
        model.state = try model.state.placed(on: .cpu)
        let cost = try GraphCost(model.graph)
        (row.nodes, row.parameters, row.macs) = (
            model.graph.nodes.count, cost.parameters, cost.macs
        )
        let expected = try StateDictionary(TensorFile.read(file("safetensors")))
        let (x, y) = (try expected.require("input").channelsLast(), try expected.require("output"))
        row.difference = try distance(scores(model, x), y)
        let more = try [x, y].map { try Tensor.cat([$0, $0.narrow(dim: 0, start: 0, length: 1)]) }
        row.threePictures = try distance(scores(model, more[0].channelsLast()), more[1])
        row.offOutput = try Float(expected.require("off.output").item())
        row.offGradient = try Float(expected.require("off.gradient").item())
        try gradients(model, x, expected)
        try model.write(onnx: file("winnow.onnx"))
        row.reloaded = try reloaded(model, "winnow.onnx", x)
        row.untrained = try trainStep(model, x)
        try restore(model, x, y)
        try cut(model, x, cost)
    }

    /// The difference that writing and reading again makes.
    private func reloaded(_ model: Model, _ ending: String, _ x: Tensor) throws -> Float {
        var again = try Model.read(onnx: file(ending))
        again.state = try again.state.placed(on: .cpu)
        return try distance(scores(again, x), scores(model, x))
    }

    /// Batch norm put back behind the convolutions that the exporter folded it into, from two pictures.
    private mutating func restore(_ model: Model, _ x: Tensor, _ y: Tensor) throws {
        let restored = try restoreBatchNorm(model.graph, model.state, [x])
        row.norms = restored.graph.nodes.count - model.graph.nodes.count
        row.restored = try distance(scores(restored, x), scores(model, x))
    }

    private func file(_ ending: String) -> URL {
        folder.appendingPathComponent("\(name).\(ending)")
    }

    private func scores(_ model: Model, _ x: Tensor) throws -> Tensor {
        try noGrad { try Executor(model).forward(x, training: false) }
    }

    /// The gradients of a weighted sum of the scores, in evaluation and float64: the largest difference, and
    /// the number of parameters compared. In float32 some unit of millions is open in one program and closed
    /// in the other, and single elements are far apart: there the difference is taken over each tensor.
    private mutating func gradients(
        _ model: Model, _ x: Tensor, _ expected: StateDictionary
    ) throws {
        let held = model.trained.filter { expected["grad.\($0)"] != nil }
        row.gradients = held.count
        row.gradient = 0
        let exact = try noGrad { try model.doubled() }
        for (name, found) in try backward(exact, x.to(dtype: .float64), held, expected) {
            let far = try distance(found, expected.require("grad.\(name)"))
            row.gradient = max(row.gradient ?? 0, far)
        }
        row.gradient32 = 0
        for (name, found) in try backward(model, x, held, expected) {
            let far = try spread(found, expected.require("grad.\(name)"))
            row.gradient32 = max(row.gradient32 ?? 0, far)
        }
    }

    /// Gradients of the input and of some parameters, by name.
    private func backward(
        _ model: Model, _ x: Tensor, _ names: [String], _ expected: StateDictionary
    ) throws -> [(String, Tensor)] {
        let leaf = try x.clone().requiresGrad_()
        let leaves = try [("input", leaf)] + names.map { ($0, try model.state.require($0)) }
        for (_, tensor) in leaves { try tensor.requiresGrad_() }
        let scores = try Executor(model).forward(leaf, training: false)
        try (scores * expected.require("weights").to(dtype: x.dtype)).sum().backward()
        return try leaves.map { name, tensor in
            guard let grad = tensor.grad else { throw NetworkError("\(name) has no gradient") }
            try tensor.clearGrad()
            try tensor.requiresGrad_(false)
            return (name, grad)
        }
    }

    /// One backward pass in training; names of parameters without a finite gradient.
    private func trainStep(_ model: Model, _ x: Tensor) throws -> [String] {
        let parameters = try model.trained.map { try model.state.require($0).requiresGrad_() }
        let scores = try Executor(model, generator: Generator(seed: 1)).forward(x, training: true)
        try crossEntropy(scores, Tensor([0, 1] as [Int64], [2])).backward()
        let without = try zip(model.trained, parameters).filter { _, parameter in
            guard let grad = parameter.grad else { return true }
            return try !noGrad { try grad.isAllFinite() }
        }
        for parameter in parameters {
            try parameter.clearGrad()
            try parameter.requiresGrad_(false)
        }
        return without.map(\.0)
    }

    /// Random channels of random groups, cut and masked.
    private mutating func cut(_ model: Model, _ x: Tensor, _ cost: GraphCost) throws {
        let groups = try ChannelGroups(model.graph)
        row.groups = groups.groups.count
        row.channels = groups.groups.map(\.channels.count).reduce(0, +)
        let generator = try Generator(seed: 5)
        var all: Cut.Selection = [:]
        for (index, group) in groups.groups.enumerated() {
            let (goes, share) = (
                try Tensor.uniform([1], 0...1, generator).item(),
                try Tensor.uniform([1], 0...0.7, generator).item()
            )
            let count = group.channels.count
            let order = try Tensor.randperm(count, generator).values(Int64.self).map { Int($0) }
            if goes < 0.75 { all[index] = Set(order.prefix(Int(Double(count) * share))) }
        }
        let exact = all.filter { groups.groups[$0.key].isExact }
        row.cut = try distance(
            scores(groups.cut(model, removing: exact), x),
            scores(groups.masked(model, removing: exact), x))
        let smaller = try groups.cut(model, removing: all)
        let found = try scores(smaller, x)
        row.inexact = try distance(found, scores(groups.masked(model, removing: all), x))
        row.left = Double(try GraphCost(smaller.graph).macs) / Double(cost.macs)
        try smaller.write(onnx: file("cut.onnx"))
        let stored = StateDict([("input", try x.host()), ("output", try found.host())])
        try TensorFile.write(stored, to: file("cut.safetensors"))
        row.reloaded = max(row.reloaded ?? 0, try reloaded(smaller, "cut.onnx", x))
        let without = try trainStep(smaller, x).map { "\($0) (cut)" }
        row.untrained?.append(contentsOf: without)
    }

    /// Largest difference relative to the largest expected value.
    private func distance(_ found: Tensor, _ expected: Tensor) throws -> Float {
        try noGrad {
            let (a, b) = (
                try found.detached().values(Float.self), try expected.detached().values(Float.self)
            )
            guard a.count == b.count, a.allSatisfy(\.isFinite) else { return .infinity }
            let largest = b.map(abs).max() ?? 0
            return (zip(a, b).map { abs($0 - $1) }.max() ?? 0) / max(largest, .leastNormalMagnitude)
        }
    }

    /// The difference's length over the expected tensor's.
    private func spread(_ found: Tensor, _ expected: Tensor) throws -> Float {
        try noGrad {
            let (a, b) = (try found.values(Float.self), try expected.values(Float.self))
            var (off, length) = (0.0, 0.0)
            for (x, y) in zip(a, b) {
                off += Double(x - y) * Double(x - y)
                length += Double(y) * Double(y)
            }
            return a.count == b.count ? Float((off / max(length, 1e-300)).squareRoot()) : .infinity
        }
    }
}

extension Model {
    /// The same numbers as float64.
    fileprivate func doubled() throws -> Model {
        try Model(
            graph,
            StateDictionary(
                state.entries.map { name, tensor in
                    (name, try tensor.dtype == .float32 ? tensor.to(dtype: .float64) : tensor)
                }))
    }
}
