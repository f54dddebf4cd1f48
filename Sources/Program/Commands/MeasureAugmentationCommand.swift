import ArgumentParser
import Datasets
import Foundation

/// Times the augmentation of one batch, all four ways, to be held against `measure train-step`.
struct MeasureAugmentationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure-augmentation",
        abstract: "Seconds to vary one batch of pictures.", shouldDisplay: false)

    @Option(help: "Timed batches, of which the median is given.")
    var steps = 101
    @OptionGroup var measured: MeasuredBatch

    func validate() throws {
        try MeasuredBatch.check("steps", steps, 10_000)
    }

    func run() throws {
        let (threads, batch) = (measured.threads, measured.batch)
        let augmenter = try Augmenter(.imageNet(size: measured.size))
        let workspace = AugmentationWorkspace(threads: threads)
        let pixels = (0..<batch * augmenter.count).map {
            UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13)
        }
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
        let seconds = times.sorted()[steps / 2] / .seconds(1)
        Output.line("{\"seconds\": \(seconds), \"steps\": \(steps), \"threads\": \(threads)}")
    }
}
