import Foundation
import Models
import Testing
import Torch

/// `winnow inspect`, `compact` and `predict` on a network with filters of zeros, as a person calls them.
@Suite(.enabled(if: Program.file != nil, "winnow is not beside the tests"))
struct NetworkCallTests {
    /// A drawn ResNet-18 for two classes at 32 pixels, half of whose first block's inner filters are silent.
    private func write(to folder: URL) throws {
        var network = try Model.drawn(.resnet18, classes: 2, size: 32, seed: 3)
        for name in ["conv1.weight", "bn1.weight", "bn1.bias"] {
            let tensor = try network.state.require("layer1.0." + name)
            var values: [Float] = try tensor.values()
            for index in 0..<values.count / 2 { values[index] = 0 }
            network.state["layer1.0." + name] = try Tensor(values, tensor.shape)
        }
        network.classes = ["cat", "dog"]
        network.metadata["preprocessing"] = """
            {"height":32,"mean":[0.5,0.5,0.5],"resize":"stretch","std":[0.5,0.5,0.5],"width":32}
            """
        try network.write(to: folder.appending(path: "m.safetensors"))
    }

    private struct Inspected: Decodable {
        struct Weights: Decodable, Equatable {
            let kept: Int
            let total: Int
        }
        struct Layer: Decodable {
            let name: String
            let weights: Weights
            let filters: Int
        }
        let architecture: String
        let classes: [String]
        let weights: Weights
        let layers: [Layer]
    }

    @Test func inspectCountsWhatIsNotZero() throws {
        try withFolder { folder in
            try write(to: folder)
            let outcome = try Program.run("inspect m.safetensors --json", in: folder)
            let found = try JSONDecoder().decode(Inspected.self, from: Data(outcome.output.utf8))
            #expect(found.architecture == "resnet18" && found.classes == ["cat", "dog"])
            let layer = try #require(found.layers.first { $0.name.hasPrefix("layer1.0.conv1") })
            #expect(layer.filters == 64)
            #expect(layer.weights == .init(kept: 64 * 64 * 9 / 2, total: 64 * 64 * 9))
            // Of millions of drawn numbers a few are zero by chance.
            let zeros = found.weights.total - found.weights.kept
            let silent = 18432
            #expect(zeros >= silent && zeros < silent + 20)
            let table = try Program.run("inspect m.safetensors --angle 80", in: folder).output
            let row = table.split(separator: "\n").first { $0.contains("layer1.0.conv1") }
            #expect(
                row?.split(separator: " ").dropFirst().prefix(3) == ["18432", "36864", "50.0%"])
        }
    }

    private struct Compacted: Decodable {
        let parametersBefore: Int
        let parametersAfter: Int
    }

    /// The silent half goes, with what reads it; the smaller network says the same of a picture.
    @Test func compactTakesOutWhatIsSilentAndPredictSaysTheSame() throws {
        try withFolder { folder in
            try write(to: folder)
            try fillWithPictures(folder)
            let compact = "compact m.safetensors -o s.safetensors --json"
            let outcome = try Program.run(compact, in: folder)
            let found = try JSONDecoder().decode(Compacted.self, from: Data(outcome.output.utf8))
            let gone = 32 * 64 * 9 + 2 * 32 + 64 * 32 * 9
            #expect(found.parametersBefore - found.parametersAfter == gone)
            func predict(_ network: String) throws -> [String: Double] {
                struct Prediction: Decodable { let probabilities: [String: Double] }
                let call = "predict \(network).safetensors data/cat/p0_0.png --json"
                let text = try Program.run(call, in: folder).output
                let all = try JSONDecoder().decode([Prediction].self, from: Data(text.utf8))
                return try #require(all.first).probabilities
            }
            let (whole, small) = (try predict("m"), try predict("s"))
            #expect(Set(whole.keys) == ["cat", "dog"])
            #expect(abs(whole.values.reduce(0, +) - 1) < 1e-5)
            for (name, share) in whole { #expect(abs(share - (small[name] ?? -1)) < 1e-4) }
            let best = whole["cat"] ?? 0 > whole["dog"] ?? 0 ? "cat" : "dog"
            let row = try Program.run("predict m.safetensors data/cat/p0_0.png --top 1", in: folder)
            #expect(row.output.hasPrefix("data/cat/p0_0.png  \(best) "), "\(row.output)")
        }
    }

    /// Without weights a network is drawn from the seed, and says so.
    @Test func aNetworkIsTrainedFromNothing() throws {
        try withFolder { folder in
            try fillWithPictures(folder)
            let call =
                "finetune --data data --weights none --architecture resnet20 --size 32 --epochs 1 "
                + "--threads 1"
            _ = try Program.run(call + " --seed 3 -o a.safetensors", in: folder)
            _ = try Program.run(call + " --seed 3 -o b.safetensors", in: folder)
            _ = try Program.run(call + " --seed 4 -o c.safetensors", in: folder)
            let (a, b, c) = (
                try Model.read(folder.appending(path: "a.initial.safetensors")),
                try Model.read(folder.appending(path: "b.initial.safetensors")),
                try Model.read(folder.appending(path: "c.initial.safetensors"))
            )
            #expect(a.metadata["weights"] == "none: drawn from seed 3")
            let name = "conv1.weight"
            let values = try a.state.require(name).values(Float.self)
            #expect(try values == b.state.require(name).values(Float.self))
            #expect(try values != c.state.require(name).values(Float.self))
            #expect(Set(values).count > 100)
        }
    }
}
