import ArgumentParser
import Datasets
import Foundation

/// Times the augmentation of one batch, all four ways, to be held against `measure train-step`.
struct MeasureAugmentationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure-augmentation",
        abstract: "Seconds to vary one batch of pictures.", shouldDisplay: false)

    @Option(help: "Threads.")
    var threads = 2
    @Option(help: "Timed batches, of which the median is given.")
    var steps = 101
    @Option(help: "Pictures in the batch.")
    var batch = 8
    @Option(help: "Height and width of the pictures.")
    var size = 224

    func validate() throws {
        for (option, value, most) in [
            ("threads", threads, 1024), ("steps", steps, 10_000), ("batch", batch, 4096),
            ("size", size, 4096),
        ] where !(1...most).contains(value) {
            throw ValidationError("--\(option) must be 1 to \(most), got \(value)")
        }
    }

    func run() throws {
        let augmenter = try Augmenter(.imageNet(size: size))
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
        let (whole, part) = times.sorted()[steps / 2].components
        let seconds = Double(whole) + Double(part) * 1e-18
        print("{\"seconds\": \(seconds), \"steps\": \(steps), \"threads\": \(threads)}")
    }
}
