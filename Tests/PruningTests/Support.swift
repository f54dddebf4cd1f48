import Foundation
import Models
import Testing
import Torch

@testable import Pruning

/// A network of an architecture with a sixteenth of its widths: small enough for slow oracles.
func tinyState(
    _ architecture: Architecture = .resnet18, classes: Int = 3, seed: UInt64 = 1
) throws -> StateDictionary {
    let generator = try Generator(seed: seed)
    return try StateDictionary(
        try architecture.tensors(classes: classes).map { spec in
            let isClasses = spec.name.hasPrefix("fc.")
            let shape = spec.shape.enumerated().map { dim, size in
                dim < 2 && size % 64 == 0 && !(isClasses && dim == 0) ? size / 16 : size
            }
            switch spec.kind {
            case .batchCount: return (spec.name, try .full([], 5, dtype: .int64))
            case .normWeight, .runningVar:
                return (spec.name, try .uniform(shape, 0.5...1.5, generator))
            default: return (spec.name, try Tensor.randn(shape, generator) * 0.2)
            }
        })
}

/// What goes with the filters of each convolution of the residual networks.
let residualChannels: [String: [String]] = {
    let all = [Architecture.resnet18, .resnet50].map {
        (try? $0.graph(classes: 3).channelParameters()) ?? [:]
    }
    return all[0].merging(all[1]) { first, _ in first }
}()

/// One named tensor, for criteria that look at one layer only.
func singleLayer(
    _ values: [Float], shape: [Int]? = nil, name: String = "conv1.weight"
) throws -> StateDictionary {
    var state = StateDictionary()
    state[name] = try Tensor(values, shape ?? [values.count, 1, 1, 1])
    return state
}

/// Runs a method by name on one layer of values and gives the bytes of its mask.
func maskBytes(
    _ method: String, _ values: [Float], shape: [Int]? = nil, name: String = "conv1.weight",
    _ options: PruningSettings, existing: Masks? = nil
) throws -> [UInt8] {
    let state = try singleLayer(values, shape: shape, name: name)
    let masks = try PruningMethod.named(method).masks(
        for: state, layers: [name], options: options, existing: existing,
        channels: residualChannels)
    return try #require(masks[name]).bytes
}

/// Every list of `count` values out of `alphabet`.
func everyList(of alphabet: [Float], count: Int) -> [[Float]] {
    guard count > 0 else { return [[]] }
    return everyList(of: alphabet, count: count - 1).flatMap { list in alphabet.map { list + [$0] }
    }
}

/// Changes the float at an index of a tensor to other bits, in place.
func setBits(_ tensor: Tensor, at index: Int, _ change: (UInt32) -> UInt32) throws {
    var values = try tensor.values(Float.self)
    values[index] = Float(bitPattern: change(values[index].bitPattern))
    try tensor.copy_(Tensor(values, tensor.shape))
}

/// What `Tests/Fixtures/make/pruning.py` wrote.
struct Fixture: Decodable {
    struct Numbers: Decodable {
        let plain: [String]
        let named: [String]
        let below: [UInt64]
    }
    struct Selection: Decodable {
        struct Expected: Decodable {
            let amount: Double
            let count: Int
            let percentile: [UInt8]
            let random: [UInt8]
        }
        let name: String
        let shape: [Int]
        let values: [Double]
        let masks: [Expected]
    }
    struct Filters: Decodable {
        let values: [Double]
        let shape: [Int]
        let angles: [[Double]]
        let removed: [String: [Int]]
    }
    struct Cost: Decodable {
        let architecture: Architecture
        let classes: Int
        let height: Int
        let width: Int
        let parameters: Int
        let macs: Int
    }
    let generator: Numbers
    let selections: [Selection]
    let filters: Filters
    let costs: [Cost]

    static func load() throws -> Fixture {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Fixtures/pruning.json")
        return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: file))
    }
}

extension PruningMethod {
    /// Chooses of tensors alone, with those of the settings that the method reads.
    func masks(
        for state: StateDictionary, layers: [String],
        options: PruningSettings = PruningSettings(), existing: Masks? = nil,
        channels: [String: [String]] = [:]
    ) throws -> Masks {
        try technique(read(options)).choose(
            in: PruningContext(state, layers: layers, existing: existing, channels: channels)
        ).masks
    }

    /// Chooses of a whole network, with pictures.
    func masks(
        for model: Model, options: PruningSettings = PruningSettings()
    ) throws -> Masks {
        try technique(read(options)).choose(
            in: PruningContext(model, pictures: noisePictures())
        ).masks
    }

    /// Those settings that it reads; where an amount is what it reads, not the angle.
    private func read(_ options: PruningSettings) -> PruningSettings {
        var options = options
        if !reads.contains(.amount) { options.amount = nil }
        if !reads.contains(.angle) || options.amount != nil { options.angle = nil }
        if !reads.contains(.scope) || options.angle != nil { options.scope = nil }
        if !reads.contains(.seed) { options.seed = nil }
        return options
    }
}

/// Some batches of made-up pictures, the last one smaller.
func noisePictures(size: Int = 32, batches: [Int] = [3, 2], seed: UInt64 = 5) -> SamplePictures {
    SamplePictures(words: "made-up pictures") { body in
        let generator = try Generator(seed: seed)
        for count in batches {
            try body(Tensor.randn([count, 3, size, size], generator), (0..<count).map { $0 % 3 })
        }
    }
}
