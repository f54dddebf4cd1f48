import ArgumentParser
import Core
import Foundation
import Torch
import Training

/// Options that change how fast a result comes, never the result's meaning.
struct MachineOptions: ParsableArguments {
    @Option(help: "Threads for the heavy work (default: one a core).")
    var threads: Int?
    @Option(help: "cpu, cuda, cuda:1 or mps.")
    var device = "cpu"

    /// Sets libtorch up and returns the device to work on.
    ///
    /// - Parameters:
    ///   - precision: of what is trained on it.
    ///   - launch: of one of several processes, which share the machine's cores and GPUs.
    func prepare(for precision: Precision? = nil, _ launch: Launch? = nil) throws -> Device {
        let own = launch.flatMap { device == "cuda" ? "cuda:\($0.localRank)" : nil } ?? device
        guard let device = Device(own) else {
            throw ValidationError(
                NearestName.refusal(of: self.device, "device", among: Device.names))
        }
        guard device.isAvailable else {
            throw ValidationError(
                "\(device) is not available to this libtorch \(Runtime.version). For an NVIDIA GPU run "
                    + "scripts/setup --cuda; otherwise leave --device out")
        }
        let threads = try Self.checked(threads: threads, launch)
        Runtime.installCachingAllocator()
        Runtime.threads = threads
        if precision == .mixed, device == .cpu {
            Console.remark(
                "mixed precision on a CPU takes two to three times as long as float32, unless the "
                    + "processor has AMX (docs/speed.md)")
        }
        return device
    }

    /// The threads that were asked for; one a core where none were, the cores divided among a machine's processes.
    static func checked(threads: Int?, _ launch: Launch? = nil) throws -> Int {
        guard let threads else {
            return max(1, ProcessInfo.processInfo.activeProcessorCount / (launch?.localSize ?? 1))
        }
        guard (1...1024).contains(threads) else {
            throw ValidationError("--threads must be 1 to 1024, got \(threads)")
        }
        return threads
    }
}
