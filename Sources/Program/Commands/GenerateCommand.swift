import ArgumentParser
import Core
import Datasets
import Formats
import Foundation
import Generating
import Models
import Studies

/// `winnow generate`: a network that makes pictures of each class, and pictures from it.
struct GenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Train a generator of pictures on a training part; draw pictures from it.",
        discussion: """
              winnow generate DIR -o faces.safetensors
              winnow generate --sample faces.safetensors --sheet faces.png --per-class 8
              winnow generate --sample faces.safetensors --to made --per-class 100

            Copies, near copies and pictures of one group stay in one part, as for winnow finetune with \
            the same --seed; only the training part is learnt from. What is drawn is measured against it: \
            pictures that were learnt by heart are no new ones. A run that was cut off goes on when called \
            again. The study's augmentation generated(share: 0.5) trains with such pictures: \
            docs/generated.md.
            """)

    @Argument(help: "Pictures in class folders: DIR/<class>/<picture>.jpg|png.")
    var folder: String?
    @OptionGroup var data: DataOptions
    @OptionGroup var split: SplitOptions
    @OptionGroup var recipe: GeneratorOptions
    @Option(help: "Seed of the division, of training, and of what is drawn.")
    var seed: UInt64 = 0
    @Option(help: "Threads for the heavy work (default: one a core).")
    var threads: Int?
    @Option(name: .shortAndLong, help: "The generator: a .safetensors file.")
    var output: String?
    @OptionGroup var restart: RestartOption
    @Option(help: "Draw pictures from this generator instead of training one.")
    var sample: String?
    @OptionGroup var drawing: DrawingOptions
    @Flag(help: "Print one JSON document instead of text.")
    var json = false

    func run() throws {
        var pictures = data
        if let folder {
            guard data.data == nil, data.manifest == nil else {
                throw ValidationError("name the pictures once: DIR, --data or --manifest")
            }
            pictures.data = folder
        }
        if let sample {
            try GivenOptions.all.refuse(
                GeneratorOptions.names + ["--restart", "--output"],
                "--sample draws from a generator that is trained already")
            guard output == nil else {
                throw ValidationError("--sample writes no -o; leave it out")
            }
            return try draw(from: sample, pictures)
        }
        guard let output else {
            throw ValidationError(
                "-o FILE.safetensors is where the generator goes; or --sample FILE draws from one")
        }
        guard drawing.folder == nil else {
            throw ValidationError("--to needs --sample: train first, then draw")
        }
        try train(pictures, output)
    }

    private func train(_ data: DataOptions, _ output: String) throws {
        let target = try NetworkFiles.output(output, reading: [data.manifest])
        try drawing.check(reading: [output, data.manifest])
        let settings = try recipe.settings(seed: seed)
        let threads = try MachineOptions.ready(threads: threads)
        let source = try data.source()
        try source.requireClasses()
        try data.refuseGroups(source)
        let claim = try OutputClaim(target, by: "winnow generate")
        defer { claim.release() }
        let store = try data.store(source, .imageNet(size: recipe.size), prints: true)
        let pictures = try PictureData(source, store, groups: split.groups, threads: threads)
        let kind = try Datasets.DataProtocol.named(split.protocol)
        var run = GeneratorRun(
            data: pictures, plan: try pictures.plan(protocolName: kind.name, seed: seed),
            settings: settings, output: target)
        (run.restarts, run.threads) = (restart.restart, threads)
        let (generator, outcome) = try run.inSight.train()
        try drawing.draw(generator, seed: seed, learntFrom: pictures.parts(run.plan).train, threads)
        if json { return try NetworkFiles.printJSON(outcome) }
        Output.line(
            "\(output): a \(settings.kind.rawValue) of \(outcome.classes.joined(separator: ", ")) at "
                + "\(recipe.size) px, learnt from \(outcome.trainCount) pictures")
        Output.line(outcome.memorisation.words)
    }

    private func draw(from file: String, _ data: DataOptions) throws {
        try drawing.check(reading: [file, data.manifest])
        guard drawing.isAsked || data.isGiven else {
            throw ValidationError(
                "say what is drawn: --sheet FILE.png, --to DIR, --interpolations, --traversal or --classes "
                    + "FILE.png; or name the pictures it learnt from, to look for copies of them")
        }
        let threads = try MachineOptions.ready(threads: threads)
        let generator = try PictureGenerator(NetworkFiles.url(file))
        let learnt = try data.isGiven ? learntFrom(generator, file, data, threads) : nil
        try drawing.draw(generator, seed: seed, learntFrom: learnt, threads)
        if let folder = drawing.folder {
            try fill(folder, generator, file)
        }
        guard let learnt else { return }
        let found = try generator.memorisation(of: learnt, seed: seed, threads: threads).found
        if json { return try NetworkFiles.printJSON(found) }
        Output.line(found.words)
    }

    private func fill(_ folder: String, _ generator: PictureGenerator, _ file: String) throws {
        let line = ProgressLine("draw", unit: "pictures")
        let total = drawing.perClass * generator.classes.count
        try GeneratedFolder(NetworkFiles.url(folder)).write(
            generator, from: NetworkFiles.url(file), perClass: drawing.perClass, seed: seed,
            isCancelled: { Interruption.isRequested }, onProgress: { line.update($0, of: total) })
        line.finish("\(total) pictures in \(folder), each marked in \(GeneratedFolder.manifest)")
    }

    /// The training part that a generator was made from.
    private func learntFrom(
        _ generator: PictureGenerator, _ file: String, _ data: DataOptions, _ threads: Int
    ) throws -> Subset {
        let source = try data.source()
        let store = try data.store(source, .imageNet(size: generator.size), prints: true)
        guard store.fingerprint == generator.origin.data else {
            throw ValidationError(
                "\(file) learnt from other pictures than these (fingerprint "
                    + "\(generator.origin.data.prefix(12)), found \(store.fingerprint.prefix(12))): name the "
                    + "folder that it was trained on")
        }
        let plan = try generator.origin.split.map {
            try JSONDecoder().decode(SplitPlan.self, from: Data($0.utf8))
        }
        let pictures = try PictureData(
            source, store, groups: plan.map(\.groups) ?? split.groups, threads: threads)
        guard let plan else { return Subset(store, pictures: Array(0..<store.count)) }
        return try pictures.parts(plan).train
    }
}
