import Foundation
import Models
import Testing

/// `winnow shrink` as a person calls it.
@Suite(.enabled(if: Program.file != nil, "winnow is not beside the tests"))
struct ShrinkCallTests {
    /// A drawn ResNet-20 for classes at 32 pixels, and pictures of cats and dogs.
    private func write(to folder: URL, classes: [String] = ["cat", "dog"]) throws {
        var network = try Model.drawn(
            #require(.init(rawValue: "resnet20")), classes: classes.count, seed: 3)
        network.classes = classes
        network.metadata["preprocessing"] = """
            {"height":32,"mean":[0.5,0.5,0.5],"resize":"stretch","std":[0.5,0.5,0.5],"width":32}
            """
        try network.write(to: folder.appending(path: "m.safetensors"))
        try fillWithPictures(folder)
    }

    private struct Outcome: Decodable {
        struct Row: Decodable {
            let name: String
            let parameters: Int
            let macs: Int
            let seconds: Double
            let accuracy: Double?
            let agreement: Double
        }
        let rows: [Row]
        let lookedAt: String
        let tested: Int
        let kept: [String: Double]
    }

    /// One call: a smaller network as ONNX, what it was made of, and what it costs; trained too.
    @Test func aNetworkIsShrunkToABudget() throws {
        try withFolder { folder in
            try write(to: folder)
            let call = "shrink m.safetensors --data data --keep macs=0.5"
            let outcome = try Program.run(call + " -o s.onnx --json", in: folder)
            #expect(outcome.status == 0, "\(outcome.error)")
            let found = try JSONDecoder().decode(Outcome.self, from: Data(outcome.output.utf8))
            #expect(found.rows.map(\.name) == ["whole", "cut and mended"])
            let (whole, small) = (found.rows[0], found.rows[1])
            #expect(Double(small.macs) <= 0.5 * Double(whole.macs))
            #expect(Double(small.macs) > 0.42 * Double(whole.macs))
            #expect(small.parameters < whole.parameters && whole.agreement == 1)
            #expect(found.tested > 0 && found.lookedAt.hasSuffix("training pictures"))
            #expect(!found.kept.isEmpty && found.kept.values.allSatisfy { $0 > 0 && $0 < 1 })
            let read = try Model.open(folder.appending(path: "s.onnx"))
            #expect(try GraphCost(read.graph).macs == small.macs)
            #expect(read.classes == ["cat", "dog"])

            let trained = try Program.run(
                "shrink m.safetensors --data data --keep parameters=0.5 --method l2-norm "
                    + "--removal fold --repair gram-ridge,batch-norm --epochs 1 --distill 0.5 "
                    + "-o t.safetensors", in: folder)
            #expect(trained.status == 0, "\(trained.error)")
            #expect(trained.output.contains("trained for 1 epoch "))
            #expect(trained.output.contains("fewer multiply-adds"))
            #expect(!FileManager.default.fileExists(atPath: folder.path + "/t.safetensors.resume"))
        }
    }

    /// In rounds it comes to the same budget; rounds that are done are taken up again.
    @Test func roundsReachTheBudgetAndAreTakenUp() throws {
        try withFolder { folder in
            try write(to: folder)
            let call =
                "shrink m.safetensors --data data --keep macs=0.5 --method l2-norm --epochs 1 "
                + "--rounds 2 --round-to 1 --json -o s.safetensors"
            let first = try Program.run(call, in: folder)
            #expect(first.error.contains("round 1 of 2") && !first.error.contains("already"))
            let found = try JSONDecoder().decode(Outcome.self, from: Data(first.output.utf8))
            let (whole, small) = (try #require(found.rows.first), try #require(found.rows.last))
            #expect(Double(small.macs) <= 0.5 * Double(whole.macs))
            #expect(Double(small.macs) > 0.4 * Double(whole.macs))
            let resume = folder.appending(path: "s.safetensors.resume")
            #expect(!FileManager.default.fileExists(atPath: resume.path))
            let bytes = try Data(contentsOf: folder.appending(path: "s.safetensors"))

            // As if it had been stopped after the first round; the same bytes come out.
            try stop(afterFirstRoundOf: call, in: folder)
            let again = try Program.run(call, in: folder)
            #expect(again.error.contains("round 1 of 2 is done already"))
            #expect(try Data(contentsOf: folder.appending(path: "s.safetensors")) == bytes)

            try stop(afterFirstRoundOf: call, in: folder)
            let other = call.replacing("l2-norm", with: "l1-norm").split(separator: " ")
            let refused = try Program.run(other.map(String.init), in: folder)
            #expect(refused.status != 0 && refused.error.contains("is a round of another call"))
        }
    }

    /// Kills a call once its first round is in place.
    private func stop(afterFirstRoundOf call: String, in folder: URL) throws {
        let process = Process()
        process.executableURL = Program.file
        process.arguments = call.split(separator: " ").map(String.init)
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["OMP_NUM_THREADS": "1"]
        ) { $1 }
        (process.standardOutput, process.standardError) = (
            FileHandle.nullDevice, FileHandle.nullDevice
        )
        let round = folder.appending(path: "s.safetensors.resume/round-1.safetensors")
        try process.run()
        let limit = Date.now + 300
        while !FileManager.default.fileExists(atPath: round.path), process.isRunning,
            Date.now < limit
        {
            Thread.sleep(forTimeInterval: 0.002)
        }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(FileManager.default.fileExists(atPath: round.path))
    }

    /// Pictures of other classes will do to mend by, and answers are compared; they cannot train.
    @Test func picturesOfOtherClassesMend() throws {
        try withFolder { folder in
            try write(to: folder, classes: ["a", "b", "c"])
            let call = "shrink m.safetensors --data data --keep bytes=0.6 -o s.safetensors"
            let outcome = try Program.run(call + " --json", in: folder)
            #expect(outcome.status == 0, "\(outcome.error)")
            #expect(outcome.error.contains("classes are not the network's"))
            let found = try JSONDecoder().decode(Outcome.self, from: Data(outcome.output.utf8))
            #expect(found.rows.allSatisfy { $0.accuracy == nil })
            let refused = try Program.run(
                (call + " --epochs 1").split(separator: " ").map(String.init), in: folder)
            #expect(refused.status != 0 && refused.error.contains("unknown to it: cat, dog"))
        }
    }

    @Test(arguments: [
        ("--keep macs=0.5 --removal mask", "a smaller network loses whole channels"),
        ("--keep macs=2", "expected a measure"),
        ("--keep flops=0.5", "no measure 'flops'"),
        ("--keep macs=0.5 --method l2-nrm", "Did you mean 'l2-norm'?"),
        ("--keep macs=0.5 --repair gram", "no repair 'gram'"),
        ("--keep macs=0.0001", "macs cannot be brought to 0.0%"),
        ("--keep macs=0.5 --epochs 1 --distill 2", "expected a weight from 0 to 1"),
        ("--keep macs=0.5 --rounds 2", "--rounds"),
        ("--keep macs=0.5 --schedule cubic", "--schedule"),
        ("--keep macs=0.5 --epochs 1 --rounds 99", "expected 1 to 20"),
        ("--keep macs=0.5 --epochs 1 --rounds 2 --schedule cube", "Did you mean 'cubic'"),
        ("--keep macs=0.5 --round-to 0", "--round-to 0: expected 1 to 4096"),
        ("--keep macs=0.5 --scope global --method k-means", "--scope global out"),
    ])
    func whatCannotBeIsRefused(_ options: String, _ words: String) throws {
        try withFolder { folder in
            try write(to: folder)
            let call = "shrink m.safetensors --data data \(options) -o s.safetensors"
            let outcome = try Program.run(call.split(separator: " ").map(String.init), in: folder)
            #expect(outcome.status != 0)
            #expect(outcome.error.contains(words), "\(outcome.error)")
            let file = folder.appending(path: "s.safetensors").path
            #expect(!FileManager.default.fileExists(atPath: file))
        }
    }
}
