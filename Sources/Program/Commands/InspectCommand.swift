import ArgumentParser
import Formats
import Foundation
import Models
import Pruning

/// `winnow inspect`: what is kept of a network, and how alike its filters are.
struct InspectCommand: ParsableCommand, EndsAtOnce {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Shows kept weights, the angles between filters, and the pairs that would go.")

    @Argument(
        help: "A network: Winnow's .safetensors, .onnx, or bare weights (.pth, .safetensors).")
    var model: String
    @Option(help: "Filters closer than this angle, in degrees, are alike: 0 to 180.")
    var angle = 45.0
    @Option(help: "Of bare weights: \(NetworkFiles.architectures).")
    var architecture = Architecture.resnet18.rawValue
    @Option(help: "Pairs to list, the closest first (JSON has all).")
    var pairs = 20
    @Flag(help: "Print one JSON document instead of tables.")
    var json = false

    /// One convolution.
    private struct Layer: Encodable {
        let name: String
        let weights: Density
        let filters: Int
        let histogram: [AngleBin]
        let pairs: [FilterPair]
        /// The filters that distinctiveness would take at the angle.
        let removed: [Int]
    }

    private struct Report: Encodable {
        let architecture: String
        let classes: [String]?
        let angle: Double
        let weights: Density
        let layers: [Layer]
    }

    func run() throws {
        guard (0...180).contains(angle) else {
            throw ValidationError("--angle must be 0 to 180 degrees, got \(angle)")
        }
        guard pairs >= 0 else { throw ValidationError("--pairs must be 0 or more, got \(pairs)") }
        if json { try GivenOptions.all.refuse(["--pairs"], "the JSON document has every pair") }
        let network = try read()
        let masks = try network.pruningMasks()
        let layers = try network.graph.tensors().filter { $0.kind == .convolution }.map {
            try layer($0.name, network.state, masks)
        }
        let report = Report(
            architecture: network.graph.name,
            classes: network.classes.isEmpty ? nil : network.classes, angle: angle,
            weights: layers.map(\.weights).reduce(Density(kept: 0, total: 0), +), layers: layers)
        if json { try NetworkFiles.printJSON(report) } else { show(report) }
    }

    /// The network; bare weights have no class names and no masks.
    private func read() throws -> Model {
        let url = NetworkFiles.url(model)
        let isOnnx = url.pathExtension.lowercased() == "onnx"
        if try isOnnx || TensorFile.read(url).metadata["format"] == "winnow" {
            try GivenOptions.all.refuse(
                ["--architecture"], "\(model) brings its own layers, it is of bare weights")
            return try NetworkFiles.network(model)
        }
        return try Pretrained.read(
            url, NetworkFiles.architecture(architecture), replacesHead: true, note: Console.remark)
    }

    private func layer(_ name: String, _ state: StateDictionary, _ masks: Masks?) throws -> Layer {
        let angles = try FilterAngles(name, in: state, existing: masks)
        let weight = try state.require(name)
        return Layer(
            name: name,
            weights: Density(kept: try weight.countNonzero(), total: weight.count),
            filters: angles.filters, histogram: try angles.histogram(),
            pairs: angles.pairs(under: angle), removed: angles.removed(under: angle))
    }

    private func show(_ report: Report) {
        let classes = report.classes?.joined(separator: ", ") ?? "bare weights"
        Output.line("\(report.architecture)  \(classes)")
        func row(_ name: String, _ weights: Density, _ others: [String]) -> [String] {
            [name, "\(weights.kept)", "\(weights.total)", NetworkFiles.percent(weights.fraction)]
                + others
        }
        let bound = String(format: "%g", report.angle)
        let rows = report.layers.map {
            row($0.name, $0.weights, ["\($0.filters)", "\($0.pairs.count)", "\($0.removed.count)"])
        }
        let sums = [
            report.layers.map(\.filters), report.layers.map(\.pairs.count),
            report.layers.map(\.removed.count),
        ].map { "\($0.reduce(0, +))" }
        NetworkFiles.printTable(
            [["layer", "not zero", "of", "", "filters", "pairs < \(bound)°", "would go"]] + rows
                + [row("all", report.weights, sums)])
        showHistogram(report.layers)
        showPairs(report.layers, bound)
    }

    private func showHistogram(_ layers: [Layer]) {
        Output.line("\nPairs of filters by angle, all layers")
        guard let first = layers.first?.histogram else { return }
        let counts = first.indices.map { bin in
            layers.reduce(0) { $0 + $1.histogram[bin].count }
        }
        let most = max(1, counts.max() ?? 1)
        let digits = String(most).count
        for (bin, count) in zip(first, counts) where count > 0 {
            let bar = String(repeating: "█", count: (count * 50 + most - 1) / most)
            let number = String(repeating: " ", count: digits - String(count).count) + "\(count)"
            Output.line(
                String(format: "  %3.0f-%3.0f°  ", bin.lower, bin.upper) + "\(number)  \(bar)")
        }
    }

    private func showPairs(_ layers: [Layer], _ bound: String) {
        let all = layers.flatMap(\.pairs).sorted { $0.angle < $1.angle }
        guard !all.isEmpty, pairs > 0 else { return }
        Output.line("\nPairs closer than \(bound)°, the closest first; the second filter would go")
        let rows = all.prefix(pairs).map {
            ["  " + $0.layer, "\($0.first)", "\($0.second)", String(format: "%.2f°", $0.angle)]
        }
        NetworkFiles.printTable([["  layer", "first", "second", "angle"]] + rows)
        if all.count > pairs { Output.line("  and \(all.count - pairs) more (--pairs, --json)") }
    }
}
