import ArgumentParser
import Core
import Datasets
import Foundation
import Models
import Pruning
import Studies

/// `winnow prune`: takes weights or filters of a network out, and keeps them so by masks.
struct PruneCommand: ParsableCommand, EndsAtOnce {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Prunes a network's convolutions by one method.",
        discussion: """
            A method is a criterion with what belongs to it; winnow methods lists them, and which of
            --amount, --angle, --reaching, --budget, --pattern, --scope and --seed each reads. What it does not
            read is refused.
            """)

    @Argument(help: "A network: Winnow's .safetensors, or .onnx.")
    var model: String
    @Option(help: "The method's name; see winnow methods.")
    var method: String
    @Option(help: "Fraction of what is not yet zero: 0 to 1 (usually 0.5).")
    var amount: Double?
    @Option(help: "Filters closer than this angle, in degrees, are alike: 0 to 180 (usually 45).")
    var angle: Double?
    @Option(
        help: "The smallest angle at which some layer loses this fraction of its filters.")
    var reaching: Double?
    @Option(
        help: """
            What may be left: macs=0.5 for multiply-adds, parameters=0.5, bytes=0.5, or latency=0.5, \
            which is measured.
            """)
    var budget: String?
    @Option(help: "How many of how many weights stay, along the input channels: 2:4.")
    var pattern: String?
    @Option(
        help: """
            Where scores compete: \(Scope.allCases.map { "\($0.rawValue) (\($0.summary))" }
                .joined(separator: ", ")).
            """)
    var scope: String?
    @Option(help: "Seed of the random choice.")
    var seed: UInt64?
    @Option(
        help: """
            How it goes: \(Removal.allCases.map { "\($0.rawValue) (\($0.summary))" }
                .joined(separator: ", or ")).
            """)
    var removal: String?
    @Option(
        help: """
            What mends the layers after whole channels went, from pictures without labels: none, or \
            of these, joined by commas: \(Repair.Step.allCases
                .map { "\($0.rawValue) (\($0.summary))" }.joined(separator: ", ")).
            """)
    var repair = Repair.none.words
    @Option(
        help: """
            Leave whole channels in multiples of this, which processors are faster with (usually \
            \(Technique.usualMultiple)).
            """)
    var roundTo: Int?
    @OptionGroup(title: "Pictures, for methods that look at what the network does with them")
    var data: DataOptions
    @Option(name: .shortAndLong, help: "The pruned network: a .safetensors file.")
    var output: String
    @Flag(help: "Print one JSON document instead of a table.")
    var json = false

    /// What is written into the file's metadata.
    private struct Note: Encodable {
        let method: String
        let technique: Technique
        /// What the criterion looked at.
        let pictures: String?
    }

    func run() throws {
        let technique = try technique()
        let target = try NetworkFiles.output(output, reading: [model, data.manifest])
        let network = try NetworkFiles.network(model)
        let pictures = try pictures(technique, network)
        let pruned = try technique.pruned(network, pictures: pictures)
        var result = pruned.model
        result.metadata["pruning"] = try NetworkFiles.text(
            Note(method: method, technique: technique, pictures: pictures?.words))
        // The starting state has the old widths: a smaller network cannot be rewound to it.
        if technique.removal != .mask { result.metadata["initial"] = nil }
        try result.write(to: target)
        try show(PruningRecord(pruned.choice.masks, angle: pruned.choice.angle))
    }

    private func technique() throws -> Technique {
        let settings = PruningSettings(
            amount: amount, angle: angle, reaching: reaching,
            budget: try budget.map { try Budget(text: $0) },
            pattern: try pattern.map { try WeightPattern(text: $0) },
            scope: try scope.map { try Self.choice($0, "scope") }, seed: seed)
        let removal: Removal? = try removal.map { try Self.choice($0, "removal") }
        return try PruningMethod.named(method).technique(
            settings, removal: removal, repair: Repair(text: repair), roundTo: roundTo)
    }

    static func choice<Value: RawRepresentable & CaseIterable>(
        _ word: String, _ kind: String
    ) throws -> Value where Value.RawValue == String {
        if let value = Value(rawValue: word) { return value }
        throw ValidationError(
            NearestName.refusal(of: word, kind, among: Value.allCases.map(\.rawValue)))
    }

    /// The pictures that the criterion looks at; refused where it looks at none.
    private func pictures(_ technique: Technique, _ network: Model) throws -> SamplePictures? {
        guard technique.needs.contains(.pictures) else {
            try GivenOptions.all.refuse(
                ["--skip-unreadable"], "method '\(method)' looks at no pictures")
            guard !data.isGiven else {
                throw ValidationError(
                    "--data: method '\(method)' looks at no pictures, and nothing is to be mended")
            }
            return nil
        }
        guard data.isGiven else {
            throw ValidationError(
                (technique.repair == .none
                    ? "method '\(method)'" : "repair \(technique.repair.words)")
                    + " looks at what the network does with pictures: give some with --data DIR "
                    + "(training pictures, not those that it is tested on)")
        }
        let source = try data.source()
        try NetworkFiles.check(source.classes, fits: network, file: model)
        let store = try data.store(
            source, NetworkFiles.preprocessing(network, file: model), prints: true)
        let found = try SamplePictures.training(
            of: network, file: model, source, store, note: Console.remark)
        Console.note("  looks at \(found.words)")
        return found
    }

    private func show(_ record: PruningRecord) throws {
        if json {
            try NetworkFiles.printJSON(record)
            return
        }
        func row(_ name: String, _ density: Density) -> [String] {
            [
                name, "\(density.kept)", "\(density.total)",
                NetworkFiles.percent(density.fraction),
            ]
        }
        NetworkFiles.printTable(
            [["layer", "kept", "of", ""]] + record.layers.map { row($0.name, $0.density) }
                + [row("all", record.density)])
        if let angle = record.angle { Output.line("\(angle) degrees between filters") }
    }
}
