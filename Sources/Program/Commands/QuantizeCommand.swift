import ArgumentParser
import Core
import Formats
import Foundation
import Models
import Pruning
import Studies
import Torch

/// `winnow quantize`: a network in 8-bit numbers, for onnxruntime and others.
struct QuantizeCommand: ParsableCommand, EndsAtOnce {
    static let configuration = CommandConfiguration(
        commandName: "quantize",
        abstract: "Writes a network in 8-bit numbers (int8, ONNX QDQ), without training.",
        discussion: """
            Weights become int8 with a scale for each output channel, what goes between layers uint8 in \
            a range that some pictures tell; labels are not used. Runs fast where the runtime has 8-bit \
            kernels (winnow bench --engine onnxruntime); Winnow reads the file and computes the same \
            numbers in float32 (winnow evaluate).
            """)

    @Argument(help: "A network: Winnow's .safetensors, or .onnx.")
    var model: String
    @OptionGroup var data: DataOptions
    @Option(
        help: "Pictures to look at, of the training part where the network says which those are.")
    var pictures = 128
    @Option(
        help: """
            How the range of a value follows from its numbers: \(Models.Calibration.allCases.map {
                "\($0.rawValue) (\($0.summary))" }.joined(separator: " or ")).
            """)
    var calibration = Models.Calibration.minmax.rawValue
    @Option(help: "8, or 7 for x86 processors without VNNI, which sum products in 16 bits.")
    var weightBits = 8
    @Option(name: .shortAndLong, help: "The network in 8-bit numbers: a .onnx file.")
    var output: String
    @Flag(help: "Print one JSON document instead of text.")
    var json = false

    /// What it came to, for programs.
    private struct Report: Encodable {
        /// Convolutions and products, and those that are in 8-bit numbers now.
        let layers: Int
        let quantized: Int
        let pictures: String
        let calibration: String
        /// Of the float32 and of the 8-bit file.
        let bytesBefore: Int
        let bytesAfter: Int
        /// Share of the pictures that both networks class alike.
        let agreement: Double
        /// The largest difference of a score, and the largest score, on these pictures.
        let difference: Float
        let largest: Float
    }

    func run() throws {
        guard data.isGiven else {
            throw ValidationError(
                "give pictures to look at with --data DIR (training pictures, not those that it is "
                    + "tested on; their labels are not used)")
        }
        guard let kind = Models.Calibration(rawValue: calibration) else {
            throw ValidationError(
                NearestName.refusal(
                    of: calibration, "calibration",
                    among: Models.Calibration.allCases.map(\.rawValue)))
        }
        guard weightBits == 8 || weightBits == 7 else {
            throw ValidationError("--weight-bits must be 8 or 7, got \(weightBits)")
        }
        try MeasuredBatch.check("pictures", pictures, 100_000)
        let target = try NetworkFiles.output(
            output, endings: ["onnx"], reading: [model, data.manifest])
        var network = try NetworkFiles.network(model)
        let size = try NetworkFiles.preprocessing(network, file: model)
        network = try network.sized(height: size.height, width: size.width)
        let source = try data.source()
        let sample = try SamplePictures.training(
            of: network, file: model, source, data.store(source, size, prints: true),
            most: pictures, note: Console.remark)
        Console.note("  looks at \(sample.words)")
        // What belongs to Winnow's own runs is of no use elsewhere.
        network.metadata = ["preprocessing": try NetworkFiles.text(size)]
        let made = try network.quantized(kind, levels: weightBits == 8 ? 127 : 63) { body in
            try sample.forEachBatch { x, _ in try body(x) }
        }
        try ONNXWriter.write(made.file, to: target) { _ = try Model.read(onnx: $0) }
        try show(report(network, made, kind, sample, target))
    }

    private func report(
        _ network: Model, _ made: QuantizedNetwork, _ kind: Models.Calibration,
        _ sample: SamplePictures,
        _ target: URL
    ) throws -> Report {
        let before = try Executor(network)
        let after = try Executor(Model.open(target))
        var (same, all) = (0, 0)
        var (difference, largest) = (Float(0), Float(0))
        try sample.forEachBatch { x, _ in
            try noGrad {
                let (a, b) = (
                    try before.forward(x, training: false), try after.forward(x, training: false)
                )
                let (mine, its): ([Int64], [Int64]) = (
                    try a.argmax(dim: 1).values(), try b.argmax(dim: 1).values()
                )
                same += zip(mine, its).count { $0 == $1 }
                all += mine.count
                let (left, right): ([Float], [Float]) = (try a.values(), try b.values())
                difference = max(difference, zip(left, right).map { abs($0 - $1) }.max() ?? 0)
                largest = max(largest, left.map(abs).max() ?? 0)
            }
        }
        return Report(
            layers: made.candidates, quantized: made.products, pictures: sample.words,
            calibration: kind.rawValue,
            bytesBefore: try ONNXWriter.encoded(network.foldingBatchNorms().onnx()).count,
            bytesAfter: try FileBytes.open(target).count,
            agreement: Double(same) / Double(max(1, all)), difference: difference,
            largest: largest)
    }

    private func show(_ report: Report) throws {
        if json { return try NetworkFiles.printJSON(report) }
        Output.line(
            "\(report.quantized) of \(report.layers) convolutions and linear layers in 8-bit numbers, "
                + "ranges (\(report.calibration)) of \(report.pictures)")
        Output.line(
            "\(report.bytesBefore) bytes in float32, now \(report.bytesAfter) "
                + String(format: "(%.2fx)", Double(report.bytesBefore) / Double(report.bytesAfter)))
        Output.line(
            "\(NetworkFiles.percent(report.agreement)) of these pictures are classed as before; "
                + String(
                    format: "scores differ by %.3g at most, of %.3g", report.difference,
                    report.largest))
    }
}
