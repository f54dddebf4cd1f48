import Formats
import Foundation
import Models
import Testing

/// A manifest from `winnow data`, read again by audit, training and evaluation.
@Suite(.enabled(if: Program.file != nil, "winnow is not beside the tests"))
struct ManifestCallTests {
    /// Moves one picture of each test person into training.
    private func leak(_ folder: URL) throws {
        let text = try String(contentsOf: folder.appending(path: "data/m.json"), encoding: .utf8)
        var document = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        var pictures = try #require(document["pictures"] as? [[String: Any]])
        var moved: Set<String> = []
        for index in pictures.indices where pictures[index]["split"] as? String == "test" {
            let group = try #require(pictures[index]["group"] as? String)
            if moved.insert(group).inserted { pictures[index]["split"] = "train" }
        }
        #expect(!moved.isEmpty)
        document["pictures"] = pictures
        try JSONSerialization.data(withJSONObject: document)
            .write(to: folder.appending(path: "data/leaky.json"))
    }

    @Test func aCleanManifestIsTrainedOnAndALeakyOneOnlyAsPaper() throws {
        try withFolder { folder in
            try fillWithPictures(folder)
            _ = try Program.run(
                "data data --manifest data/m.json --groups prefix --size 32 --test 0.25 --validation 0.25",
                in: folder)
            try leak(folder)
            _ = try Program.run("audit data/m.json", in: folder)
            let audit = try Program.run("audit data/leaky.json", in: folder, status: 2)
            #expect(audit.output.contains("LEAK"))
            let train = "finetune --weights w.pth --size 32 --epochs 1 --threads 1 --json"
            let clean = try Program.run(
                train + " --manifest data/m.json -o clean.safetensors", in: folder)
            #expect(clean.output.contains("\"warnings\" : [\n\n  ]"))
            #expect(clean.output.contains("\"protocolName\" : \"leak-free\""))
            try checkLeaky(train + " --manifest data/leaky.json -o leaky.safetensors", folder)
            try checkRetraining(folder)
            try checkEvaluation(folder)
        }
    }

    private func checkLeaky(_ call: String, _ folder: URL) throws {
        let refused = try Program.run(call, in: folder, status: 1)
        #expect(refused.output.isEmpty)
        #expect(refused.error.contains("error: data/leaky.json: its split leaks:"))
        #expect(refused.error.contains("share a group (person, film, clip) with training"))
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(!left.contains { $0.hasPrefix("leaky") })
        let taken = try Program.run(call + " --protocol as-paper", in: folder)
        #expect(taken.output.contains("\"protocolName\" : \"as-paper\""))
        #expect(taken.output.contains("WARNING: protocol as-paper: the manifest's split leaks"))
    }

    private func checkRetraining(_ folder: URL) throws {
        _ = try Program.run(
            "prune leaky.safetensors --method percentile -o half.safetensors", in: folder)
        let call = "retrain half.safetensors --epochs 1 --threads 1 -o ticket.safetensors"
        for (data, words) in [
            ("--data data", "but none was given"),
            ("--manifest data/m.json", "but the one given has SHA-256"),
        ] {
            let refused = try Program.run("\(call) \(data)", in: folder, status: 1)
            #expect(refused.error.contains("were divided by a manifest (SHA-256 "))
            #expect(refused.error.contains(words), "\(refused.error)")
        }
        let again = try Program.run("\(call) --manifest data/leaky.json", in: folder)
        #expect(again.output.contains("WARNING: protocol as-paper: the manifest's split leaks"))
    }

    private func checkEvaluation(_ folder: URL) throws {
        let clean = "evaluate clean.safetensors --threads 1"
        let honest = try Program.run("\(clean) --manifest data/m.json", in: folder)
        #expect(honest.output.contains("test pictures") && !honest.output.contains("WARNING"))
        let trained = try Program.run("\(clean) --manifest data/m.json --part train", in: folder)
        #expect(trained.output.contains("WARNING: the network was trained on some of these"))
        let leaky = "evaluate leaky.safetensors --threads 1 --manifest data/leaky.json"
        _ = try Program.run(leaky, in: folder, status: 1)
        let told = try Program.run(leaky + " --protocol as-paper", in: folder)
        #expect(told.output.contains("WARNING: the manifest's split leaks"))
        #expect(told.output.contains("these test pictures chose its epoch"))
    }
}
