import Models
import Testing
import Torch

@testable import Pruning

@Suite struct PruningMethodTests {
    private static let names =
        ["percentile", "random", "distinctiveness", "matched", "as-the-paper"]
        + ["distinctiveness-by-order", "matched-by-order"]
        + ["magnitude", "weight-angle", "activation-angle", "l1-norm", "l2-norm"]
        + ["batch-norm-scale", "fpgm", "activation-mean", "activation-variance", "taylor", "snip"]
        + ["obd", "lamp", "k-means", "correlation"]

    @Test func theListHasEveryMethodOnceWithALineEach() throws {
        #expect(PruningMethod.all.map(\.name) == Self.names)
        for method in PruningMethod.all {
            #expect(!method.summary.isEmpty && !method.summary.contains("\n"))
            #expect(!method.reads.isEmpty)
            #expect(try PruningMethod.named(method.name).summary == method.summary)
        }
        for criterion in Criterion.all {
            #expect(PruningMethod.all.contains { $0.name == criterion.name })
            #expect(!criterion.source.isEmpty && !criterion.summary.contains("\n"))
        }
    }

    @Test func anUnknownNameSuggestsTheNearest() {
        let list = "Methods: " + Self.names.joined(separator: ", ")
        for (wrong, meant) in [
            ("percentil", "percentile"), ("RANDOM", "random"),
            ("distinctivness", "distinctiveness"), ("as-paper", "as-the-paper"),
        ] {
            let error = #expect(throws: PruningError.self) { try PruningMethod.named(wrong) }
            #expect(error?.description == "no method '\(wrong)'. Did you mean '\(meant)'? \(list)")
        }
        let error = #expect(throws: PruningError.self) {
            try PruningMethod.named("hessian-xyz-uvw")
        }
        #expect(error?.description == "no method 'hessian-xyz-uvw'. \(list)")
    }

    /// Every method with every setting: what it reads is taken, what it does not read is refused.
    @Test func aSettingThatIsNotReadIsRefused() throws {
        let settings: [(PruningSettings.Setting, PruningSettings)] = [
            (.amount, .init(amount: 0.9)), (.angle, .init(angle: 30)),
            (.reaching, .init(reaching: 0.5)), (.budget, .init(budget: Budget(.macs, 0.5))),
            (.pattern, .init(pattern: WeightPattern(2, of: 4))),
            (.scope, .init(scope: .global)), (.seed, .init(seed: 3)),
        ]
        #expect(settings.map(\.0) == PruningSettings.Setting.allCases)
        for method in PruningMethod.all {
            for (setting, given) in settings {
                if method.reads.contains(setting) {
                    #expect(throws: Never.self) { try method.technique(given) }
                } else {
                    let error = #expect(throws: PruningError.self) { try method.technique(given) }
                    #expect(
                        error?.description.contains("does not read \(setting.rawValue)") == true)
                }
            }
        }
        let method = try PruningMethod.named("weight-angle")
        for given in [
            PruningSettings(amount: 0.5, angle: 30), .init(angle: 30, scope: .global),
        ] {
            #expect(throws: PruningError.self) { try method.technique(given) }
        }
    }

    /// Each method, on a whole small network: masks in order for what was asked, the same again,
    /// the weights untouched, everything that was pruned before still pruned.
    @Test(arguments: PruningMethod.all.map(\.name), [Architecture.resnet18, .resnet34, .resnet50])
    func everyMethodKeepsThePromisesOfAll(_ name: String, _ architecture: Architecture) throws {
        let model = try Model(architecture, tinyState(architecture))
        let before = try model.state.copied()
        let layers = try architecture.prunableWeights()
        let options = PruningSettings(amount: 0.4, angle: 80, seed: 3)
        let method = try PruningMethod.named(name)
        let masks = try method.masks(for: model, options: options)
        #expect(masks.layers.filter { $0.role == .convolution }.map(\.name) == layers)
        #expect(try method.masks(for: model, options: options) == masks)
        #expect(try model.state.isBitwiseEqual(to: before))
        #expect(masks.density.pruned > 0 && masks.density.kept > 0)
        let removals = try masks.removals(from: model.state)
        #expect(removals.values.reduce(0, +) == masks.density.pruned)

        var pruned = model
        pruned.masks = try masks.tensors()
        let further = try method.masks(for: pruned, options: options)
        #expect(try further.intersection(masks) == further)
        #expect(further.density.kept <= masks.density.kept)
    }

    @Test func matchedTakesAsManyOfEachLayerAsDistinctiveness() throws {
        let state = try tinyState()
        try setBits(state.require("layer1.0.conv1.weight"), at: 40) { _ in 0 }
        let layers = try Architecture.resnet18.prunableWeights()
        let options = PruningSettings(angle: 80)
        let whole = try PruningMethod.named("distinctiveness").masks(
            for: state, layers: layers, options: options, channels: residualChannels)
        let matched = try PruningMethod.named("matched").masks(
            for: state, layers: layers, options: options, channels: residualChannels)
        for name in layers { #expect(matched[name]?.kept == whole[name]?.kept) }
        #expect(matched.density(of: .channel).total == 0)
    }

    @Test func asThePaperTakesTheLargestShareInEveryLayer() throws {
        let state = try tinyState()
        let layers = try Architecture.resnet18.prunableWeights()
        for angle in [0.0, 60, 75, 85, 180] {
            let shares = try layers.map { name in
                let angles = try FilterAngles(name, in: state)
                return Double(angles.removed(under: angle).count) / Double(angles.filters)
            }
            let masks = try PruningMethod.named("as-the-paper").masks(
                for: state, layers: layers, options: .init(angle: angle), channels: residualChannels
            )
            let largest = try #require(shares.max())
            for mask in masks.layers {
                let expected = PruningAmount.count(largest, of: mask.bytes.count)
                #expect(mask.density.pruned == expected)
            }
            let percentile = try PruningMethod.named("percentile").masks(
                for: state, layers: layers, options: .init(amount: largest),
                channels: residualChannels)
            #expect(masks == percentile)
        }
    }

    /// A layer of zeros: it has no share, and it must not hide the others'.
    @Test func aLayerOfZerosHasNoShare() throws {
        let state = try tinyState()
        // The second of a block: what comes before it puts out more than zeros.
        let name = "layer1.0.conv2.weight"
        try state.require(name).fill_(0)
        let model = try Model(.resnet18, state)
        for method in PruningMethod.all {
            let masks = try method.masks(for: model, options: .init(amount: 0.5, angle: 88))
            #expect(masks[name]?.kept == 0)
            #expect(try #require(masks["layer4.1.conv2.weight"]).density.pruned > 0)
        }
    }

    @Test func wrongListsOfLayersAreRefused() throws {
        let state = try tinyState()
        let method = try PruningMethod.named("percentile")
        for layers in [[], ["conv7.weight"], ["conv1.weight", "conv1.weight"]] {
            #expect(throws: PruningError.self) { try method.masks(for: state, layers: layers) }
        }
        let misfit = try Masks([LayerMask(name: "conv1.weight", shape: [1], bytes: [0])])
        #expect(throws: PruningError.self) {
            try method.masks(for: state, layers: ["conv1.weight"], existing: misfit)
        }
        var half = state
        half["conv1.weight"] = try state.require("conv1.weight").to(dtype: .float16)
        let error = #expect(throws: PruningError.self) {
            try method.masks(for: half, layers: ["conv1.weight"])
        }
        #expect(error?.description.contains("float16") == true)
    }

    @Test func targetsAreTheConvolutionsAndTheClassifierWhenAsked() throws {
        let layers = try Architecture.resnet18.prunableWeights()
        #expect(layers.count == 20)
        #expect(layers.first == "conv1.weight")
        #expect(layers.contains("layer2.0.downsample.0.weight"))
        #expect(!layers.contains("fc.weight"))
        let all = try Architecture.resnet18.prunableWeights(classifier: true)
        #expect(all == layers + ["fc.weight"])
    }
}
