import Foundation
import Testing

/// What the caching allocator promises, measured in a process of its own.
@Suite(.enabled(if: Program.file != nil, "winnow is not beside the tests"))
struct MeasureCallTests {
    private struct Result: Decodable {
        let seconds: Double
        let steps: Int
        let pageFaults: Int
    }

    @Test func aSteadyTrainingStepAsksTheSystemForNoMemory() throws {
        try withFolder { folder in
            let call = [
                "measure", "train-step", "--threads", "1", "--steps", "5", "--batch", "4", "--size",
                "96",
            ]
            let outcome = try Program.run(call, in: folder)
            #expect(outcome.status == 0, "\(outcome.error)")
            let result = try JSONDecoder().decode(Result.self, from: Data(outcome.output.utf8))
            #expect(result.steps == 5 && result.seconds > 0)
            // A step moves about 400 MB: without the allocator it faults in tens of thousands of pages.
            #expect(result.pageFaults < 200, "\(result.pageFaults) page faults in 5 steps")
        }
    }

    /// What `Benchmarks/gpu.py` asks of a GPU, asked of the CPU.
    @Test func picturesVariedWhereTheyLieAreTheCPUs() throws {
        struct Found: Decodable { let difference: Float }
        try withFolder { folder in
            let outcome = try Program.run(
                "measure-augmentation --resident --size 24 --batch 3 --steps 9", in: folder)
            let found = try JSONDecoder().decode(Found.self, from: Data(outcome.output.utf8))
            #expect(found.difference < 1e-5)
        }
    }

    @Test func stepsAreRecordedOnNVIDIAGPUsAlone() throws {
        try withFolder { folder in
            for call in [
                "measure train-step --cuda-graph",
                "finetune --data d --weights none --cuda-graph -o m.safetensors",
                "study quick --data d --cuda-graph",
            ] {
                let outcome = try Program.run(call, in: folder, status: 64)
                #expect(outcome.error.contains("--cuda-graph records steps on an NVIDIA GPU"))
            }
        }
    }
}
