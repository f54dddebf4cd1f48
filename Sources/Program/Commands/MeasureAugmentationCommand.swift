import ArgumentParser
import Core
import Datasets
import Formats
import Foundation
import Torch

/// Times the augmentation of one batch, all four ways, to be held against `measure train-step`.
struct MeasureAugmentationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure-augmentation",
        abstract: "Seconds to vary one batch of pictures.", shouldDisplay: false)

    @Option(help: "Timed batches, of which the median is given.")
    var steps = 101
    @OptionGroup var measured: MeasuredBatch
    @Option(help: "cpu, cuda, cuda:1 or mps.")
    var device = "cpu"
    @Flag(
        help:
            "Of pictures that lie on the device, varied there; and how far they are from the CPU's."
    )
    var resident = false

    func validate() throws {
        try MeasuredBatch.check("steps", steps, 10_000)
        if device != "cpu", !resident {
            throw ValidationError("--device is where --resident pictures lie: add it")
        }
    }

    /// What is printed: one line of JSON.
    private struct Result: Encodable {
        let seconds: Double
        let steps: Int
        let threads: Int
        /// Largest difference to the CPU's batches, in units of the network's input.
        var difference: Float?
    }

    func run() throws {
        let result = try resident ? there() : here()
        Output.line(try CanonicalJSON.line.text(result))
    }

    private func here() throws -> Result {
        let (threads, batch) = (measured.threads, measured.batch)
        let augmenter = try Augmenter(.imageNet(size: measured.size))
        let workspace = AugmentationWorkspace(threads: threads)
        let pixels = pixels(batch * augmenter.count)
        var input = [Float](repeating: 0, count: pixels.count)
        let times = (0..<steps).map { step in
            let variations = (0..<batch).map {
                AugmentationPolicy(.fresh).variation(.init(seed: 1, picture: $0, epoch: step))
            }
            return ContinuousClock().measure {
                input.withUnsafeMutableBufferPointer { input in
                    pixels.withUnsafeBufferPointer {
                        augmenter.fill(
                            input, from: $0, pictures: Array(0..<batch), variations: variations,
                            workspace: workspace)
                    }
                }
            }
        }
        return Result(
            seconds: times.sorted()[steps / 2] / .seconds(1), steps: steps, threads: threads)
    }

    private func pixels(_ count: Int, seed: Int = 0) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: ($0 + seed) &* 2_654_435_761 >> 13) }
    }

    private func there() throws -> Result {
        var machine = MachineOptions()
        (machine.threads, machine.device) = (measured.threads, device)
        let (device, batch, size) = (try machine.prepare(), measured.batch, measured.size)
        let pictures = (0..<batch).map {
            Picture(
                width: size, height: size, channels: 3, pixels: pixels(size * size * 3, seed: $0))
        }
        let subset = Subset(
            try .shown(pictures, .imageNet(size: size)), pictures: Array(0..<batch))
        let makers = try [(Device.cpu, 0), (device, Int.max)].map {
            try BatchMaker(
                subset.store.preprocessing, batchSize: batch, device: $0, pictureBytes: $1)
        }
        var (difference, times): (Float, [Duration]) = (0, [])
        for epoch in 0..<steps {
            let fresh = BatchMaker.Fresh(AugmentationPolicy(.fresh), seed: 1, epoch: epoch)
            let own = try makers[1].sequence(subset, subset.samples, fresh: fresh)
            try Runtime.synchronize(device)
            var x = try own(0..<batch).x
            times.append(
                try ContinuousClock().measure {
                    x = try own(0..<batch).x
                    try Runtime.synchronize(device)
                })
            guard epoch < 8 else { continue }
            let plain: [Float] = try makers[0].sequence(subset, subset.samples, fresh: fresh)(
                0..<batch
            ).x.values()
            difference = zip(plain, try x.values(Float.self)).reduce(difference) {
                max($0, abs($1.0 - $1.1))
            }
        }
        return Result(
            seconds: times.sorted()[steps / 2] / .seconds(1), steps: steps,
            threads: measured.threads,
            difference: difference)
    }
}
