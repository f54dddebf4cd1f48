import Foundation
import Testing

@testable import Torch

@Suite struct RuntimeTests {
    @Test func devicesHaveNames() {
        let known: [(String, Device)] = [
            ("cpu", .cpu), ("mps", .mps), ("cuda", .cuda(0)), ("cuda:1", .cuda(1)),
        ]
        for (name, device) in known { #expect(Device(name) == device) }
        for name in ["", "gpu", "cuda:", "cuda:-1", "cuda:128", "CPU"] {
            #expect(Device(name) == nil)
        }
        #expect(Device.cpu.isAvailable)
    }

    /// Tensors on a device that this machine lacks are an error with the operation's name.
    @Test(arguments: [Device.cuda(0), .cuda(7), .mps])
    func aDeviceThatIsNotThereIsAnError(_ device: Device) throws {
        if device.isAvailable { return }
        let error = #expect(throws: TorchError.self) {
            try Tensor.zeros([2, 3], device: device)
        }
        #expect(error?.operation == "full")
        let moved = #expect(throws: TorchError.self) {
            try Tensor.zeros([2, 3]).to(device: device)
        }
        #expect(moved?.operation == "to" && moved?.shapes == [[2, 3]])
        #expect(throws: TorchError.self) { try Generator(seed: 1, device: device) }
    }

    /// What is kept for reuse stays under the bound however much is freed, and can be given back.
    /// The bound is the process's: other tests allocate at the same time, and keep to it too.
    @Test func keptMemoryIsBounded() throws {
        let bound = 8 << 20
        Runtime.installCachingAllocator(keep: bound)
        for round in 1...3 {
            var tensors = try (1...64).map { try Tensor.zeros([$0 * round * 4096]) }
            let held = tensors.reduce(0) { $0 + $1.count * 4 }
            #expect(Runtime.memory.used >= held)
            tensors = []
            #expect(Runtime.memory.kept <= bound)
        }
        let large = try Tensor.zeros([4 << 20])
        #expect(large.count == 4 << 20)
        #expect(Runtime.memory.kept <= bound)
    }

    /// Blocks of less than 4 MB are cut from regions: none lies on another, and what is given back leaves memory.
    @Test func blocksOfARegionAreApart() throws {
        Runtime.installCachingAllocator(keep: 8 << 20)
        let tensors = try (0..<96).map { index in
            try Tensor.full([1 + index % 7 * 150_000 + index], Double(index))
        }
        for (index, tensor) in tensors.enumerated() {
            let values: [Float] = try tensor.values()
            #expect(values.allSatisfy { $0 == Float(index) })
        }
    }

    #if os(Linux)
        @Test func memoryOfRegionsIsGivenBack() throws {
            func resident() throws -> Int {
                let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
                return try #require(Int(text.split(separator: " ")[1])) * 4096
            }
            Runtime.installCachingAllocator(keep: 8 << 20)
            var tensors = try (0..<300).map { _ in try Tensor.full([1 << 18], 1) }
            let filled = try resident()
            let kept = tensors[17]  // keeps its region, not its neighbours
            tensors = []
            Runtime.trimMemory()
            #expect(try filled - resident() > 200 << 20)
            let values: [Float] = try kept.values()
            #expect(values.allSatisfy { $0 == 1 })
        }
    #endif

    @Test func aReusedBlockHoldsWhatIsWrittenToIt() throws {
        Runtime.installCachingAllocator(keep: 8 << 20)
        for value in 1...20 {
            let tensor = try Tensor.full([3, 5000], Double(value))
            let values: [Float] = try tensor.values()
            #expect(values.allSatisfy { $0 == Float(value) })
        }
    }
}
