import Foundation
import Models
import Testing

/// `winnow prune` as a person calls it: every method, what it refuses, budgets, cutting, pictures.
@Suite(.enabled(if: Program.file != nil, "winnow is not beside the tests"))
struct PruneCallTests {
    /// A drawn ResNet-20 for two classes at 32 pixels, and pictures of these classes.
    private func write(to folder: URL) throws {
        var network = try Model.drawn(#require(.init(rawValue: "resnet20")), classes: 2, seed: 3)
        network.classes = ["cat", "dog"]
        network.metadata["preprocessing"] = """
            {"height":32,"mean":[0.5,0.5,0.5],"resize":"stretch","std":[0.5,0.5,0.5],"width":32}
            """
        try network.write(to: folder.appending(path: "m.safetensors"))
        try fillWithPictures(folder)
    }

    private struct Line: Decodable {
        let name: String
        let reads: [String]
        let needs: [String]
    }

    private struct Record: Decodable {
        struct Density: Decodable {
            let kept: Int
            let total: Int
        }
        let density: Density
    }

    /// Every method that the list prints, with the options that it says.
    @Test func everyListedMethodPrunes() throws {
        try withFolder { folder in
            try write(to: folder)
            let list = try Program.run("methods --json", in: folder).output
            let methods = try JSONDecoder().decode([Line].self, from: Data(list.utf8))
            #expect(methods.count >= 10)
            for method in methods {
                let option = method.reads.contains("amount") ? "--amount 0.25" : "--angle 85"
                let data = method.needs.contains("pictures") ? " --data data" : ""
                let call =
                    "prune m.safetensors --method \(method.name) \(option)\(data) -o p.safetensors"
                let outcome = try Program.run(call + " --json", in: folder)
                #expect(outcome.status == 0, "\(method.name): \(outcome.error)")
                let record = try JSONDecoder().decode(Record.self, from: Data(outcome.output.utf8))
                #expect(
                    record.density.kept > 0 && record.density.kept < record.density.total,
                    "\(method.name)")
                let network = try Model.read(folder.appending(path: "p.safetensors"))
                if ["k-means", "correlation"].contains(method.name) {
                    let whole = try Model.read(folder.appending(path: "m.safetensors"))
                    #expect(network.graph.parameters != whole.graph.parameters, "channels are cut")
                } else {
                    #expect(!network.masks.names.isEmpty)
                }
                #expect(network.metadata["pruning"]?.contains("\"criterion\"") == true)
            }
        }
    }

    @Test(arguments: [
        ("--method distinctiveness --amount 0.9", "does not read amount (0.9)"),
        ("--method percentile --angle 30", "does not read angle"),
        ("--method percentile --seed 1", "does not read seed"),
        ("--method weight-angle --amount 0.5 --angle 30", "give one of them"),
        ("--method percentile --data data", "looks at no pictures"),
        ("--method activation-angle", "give some with --data"),
        ("--method magnitud", "Did you mean 'magnitude'?"),
        ("--method percentile --scope globl", "Did you mean 'global'?"),
        ("--method percentile --removal cutt", "Did you mean 'cut'?"),
        ("--method percentile --budget flops=0.5", "no measure 'flops'"),
        ("--method weight-angle --budget macs=0.0001 --removal cut", "cannot be brought to"),
    ])
    func whatCannotBeIsRefused(_ options: String, _ words: String) throws {
        try withFolder { folder in
            try write(to: folder)
            let call = "prune m.safetensors \(options) -o p.safetensors"
            let outcome = try Program.run(
                call.split(separator: " ").map(String.init), in: folder)
            #expect(outcome.status != 0)
            #expect(outcome.error.contains(words), "\(outcome.error)")
            let file = folder.appending(path: "p.safetensors").path
            #expect(!FileManager.default.fileExists(atPath: file))
        }
    }

    /// Half of the multiply-adds, really: the file that comes out is a smaller network.
    @Test func aBudgetIsMetByCutting() throws {
        try withFolder { folder in
            try write(to: folder)
            let call = "prune m.safetensors --method weight-angle --budget macs=0.5 --removal cut"
            let outcome = try Program.run(call + " -o s.safetensors", in: folder)
            #expect(outcome.status == 0, "\(outcome.error)")
            let costs = try ["m", "s"].map { name in
                try GraphCost(
                    Model.read(folder.appending(path: "\(name).safetensors")).graph
                ).macs
            }
            #expect(Double(costs[1]) <= 0.5 * Double(costs[0]))
            #expect(Double(costs[1]) > 0.3 * Double(costs[0]))
            let predicted = try Program.run(
                "predict s.safetensors data/cat/p0_0.png --json", in: folder)
            #expect(predicted.status == 0)
        }
    }
}
