import Testing

@testable import Torch

@Suite struct StepGraphTests {
    /// Rate and count in tensors give the steps that numbers give.
    @Test(arguments: [false, true], [nil, [1, 0, 1, 1, 0]] as [[Float]?])
    func aRateInATensorIsTheRate(_ adam: Bool, _ mask: [Float]?) throws {
        func trained(inTensors: Bool) throws -> [Float] {
            let weight = try Tensor([1, 0, 3, -4, 0] as [Float], [5]).requiresGrad_()
            let (first, second) = (try Tensor.zeros([5]), try Tensor.zeros([5]))
            let mask = try mask.map { try Tensor($0, [5]) }
            let (rate, count) = (try Tensor.zeros([]), try Tensor.zeros([]))
            for step in 1...5 {
                let lr = 0.1 / Double(step)
                try rate.fill_(lr)
                try (weight * weight * 0.5 + weight * 0.3).sum().backward()
                switch (adam, inTensors) {
                case (false, false):
                    try sgdStep(
                        [weight], velocity: [first], masks: [mask], lr: lr, momentum: 0.9,
                        weightDecay: 0.01, nesterov: true, isFirst: step == 1)
                case (false, true):
                    try sgdStep(
                        [weight], velocity: [first], masks: [mask], rate: rate, momentum: 0.9,
                        weightDecay: 0.01, nesterov: true)
                case (true, false):
                    try adamStep(
                        [weight], first: [first], second: [second], masks: [mask], lr: lr,
                        betas: (0.9, 0.999), eps: 1e-8, weightDecay: 0.01, step: step)
                case (true, true):
                    try count.increment_()
                    try adamStep(
                        [weight], first: [first], second: [second], masks: [mask], rate: rate,
                        betas: (0.9, 0.999), eps: 1e-8, weightDecay: 0.01, steps: count)
                }
                try weight.clearGrad()
            }
            return try noGrad { try weight.detached().values() }
        }
        let (numbers, tensors) = (try trained(inTensors: false), try trained(inTensors: true))
        for (a, b) in zip(numbers, tensors) { #expect(abs(a - b) < 1e-5) }
        if mask != nil { #expect(tensors[1] == 0 && tensors[4] == 0) }
    }

    @Test func aGeneratorStartsAnew() throws {
        let generator = try Generator(seed: 5)
        let first: [Float] = try Tensor.randn([7], generator).values()
        try generator.restart(seed: 5)
        #expect(try Tensor.randn([7], generator).values() as [Float] == first)
        try generator.restart(seed: 6)
        #expect(try Tensor.randn([7], generator).values() as [Float] != first)
    }

    /// The CPU does the work at each replay, and only then.
    @Test func theCPUDoesTheWorkAgain() throws {
        let graph = try StepGraph(.cpu)
        let sum = try Tensor.zeros([])
        try graph.record(nil) {
            try sum.increment_()
            return [sum]
        }
        #expect(try sum.item() == 0 && graph.isRecorded)
        for _ in 0..<3 { _ = try graph.replay() }
        #expect(try sum.item() == 3)
        #expect(throws: TorchError.self) { _ = try StepGraph(.mps) }
    }

    /// Without a GPU's library, or without a GPU, it is said what was asked for, and nothing is recorded.
    @Test func withoutTheLibraryItIsSaidWhatToDo() throws {
        if Device.cuda(0).isAvailable { return }
        let error = #expect(throws: TorchError.self) {
            try StepGraph(.cuda(0)).record(nil) { [] }
        }
        let message = error?.message ?? ""
        #expect(message.contains("scripts/setup --cuda") || message.contains("CUDA"), "\(message)")
        #expect(throws: TorchError.self) { try StepGraph.onOwnStream(of: .cuda(0)) {} }
    }
}
