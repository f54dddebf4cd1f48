import ArgumentParser
import Core
import Datasets
import Formats
import Generating
import Studies
import Torch

/// How a generator is made; what is not given is its kind's usual.
struct GeneratorOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            GeneratorSettings.Kind.allCases.map { "\($0.rawValue): \($0.summary)" }
                .joined(separator: "; ") + "."))
    var kind = GeneratorSettings.Kind.vae.rawValue
    @Option(help: "Height and width of the pictures: \(GeneratorSettings.sidesInWords).")
    var size = 64
    @Option(help: "Passes over the training pictures (default: 120).")
    var epochs: Int?
    @Option(help: "Pictures a step (default: 16).")
    var batchSize: Int?
    @Option(help: "Learning rate at the start (default: 0.001; gan 0.0002).")
    var learningRate: Double?
    @Option(help: "Numbers that a picture is drawn from (default: 64).")
    var latent: Int?
    @Option(help: "Channels at full size, twice as many at each half (default: 16).")
    var width: Int?
    @Option(
        help: """
            Weight of the divergence (vae; default: 30): more makes pictures softer and more alike, less \
            has them learnt by heart.
            """)
    var beta: Double?
    @Option(help: "Share of the epochs in which that weight is reached (vae; default: 0.3).")
    var warmUp: Double?
    @Option(help: "Nats of each number's divergence that cost nothing (vae; default: 0.05).")
    var freeBits: Double?

    static let names = [
        "--kind", "--size", "--epochs", "--batch-size", "--learning-rate", "--latent", "--width",
        "--beta", "--warm-up", "--free-bits",
    ]

    func settings(seed: UInt64) throws -> GeneratorSettings {
        let kinds = GeneratorSettings.Kind.allCases.map(\.rawValue)
        guard let known = GeneratorSettings.Kind(rawValue: kind) else {
            throw ValidationError(NearestName.refusal(of: kind, "kind", among: kinds))
        }
        if known == .gan {
            try GivenOptions.all.refuse(
                ["--beta", "--warm-up", "--free-bits"], "a gan has no divergence")
        }
        guard GeneratorSettings.sides.contains(size) else {
            throw ValidationError("--size must be \(GeneratorSettings.sidesInWords), got \(size)")
        }
        var settings = GeneratorSettings(known, epochs: epochs, seed: seed)
        settings.batchSize = batchSize ?? settings.batchSize
        settings.learningRate = learningRate ?? settings.learningRate
        settings.latent = latent ?? settings.latent
        settings.width = width ?? settings.width
        settings.beta = beta ?? settings.beta
        settings.warmUp = warmUp ?? settings.warmUp
        settings.freeBits = freeBits ?? settings.freeBits
        try settings.check()
        return settings
    }
}

/// What is drawn from a generator.
struct DrawingOptions: ParsableArguments {
    @Option(help: "Draw a row of pictures a class to this PNG file.")
    var sheet: String?
    @Option(help: "Pictures of each class, on the sheet and in --to's folder.")
    var perClass = 8
    @Option(help: "Draw ways from one picture to another, a row a class, to this PNG file.")
    var interpolations: String?
    @Option(help: "Draw what single numbers change, a row each, to this PNG file.")
    var traversal: String?
    @Option(help: "Draw the same numbers as every class, a row each, to this PNG file.")
    var classes: String?
    @Option(
        help: """
            Draw made pictures beside the nearest that was learnt from, nearest pairs first, to this PNG \
            file; needs the pictures.
            """)
    var neighbours: String?
    @Option(
        name: .customLong("to"),
        help: "Write pictures in class folders, with a manifest that marks each as generated.")
    var folder: String?

    private var sheets: [(option: String, file: String)] {
        [
            ("--sheet", sheet), ("--interpolations", interpolations), ("--traversal", traversal),
            ("--classes", classes), ("--neighbours", neighbours),
        ].compactMap { option, file in file.map { (option, $0) } }
    }

    var isAsked: Bool { !sheets.isEmpty || folder != nil }

    /// Looks at every place before any work.
    func check(reading inputs: [String?]) throws {
        guard (1...100_000).contains(perClass) else {
            throw ValidationError("--per-class must be 1 to 100000, got \(perClass)")
        }
        guard sheet == nil || perClass <= 100 else {
            throw ValidationError("a sheet holds at most 100 pictures of a class (--per-class)")
        }
        for (option, file) in sheets { try OutputFiles.check(file, as: option, reading: inputs) }
        if let folder { try OutputFiles.checkFolder(folder, as: "--to") }
    }

    /// Draws the sheets.
    ///
    /// - Parameter learntFrom: nil where nobody named the pictures.
    func draw(
        _ generator: PictureGenerator, seed: UInt64, learntFrom: Subset?, _ threads: Int
    ) throws {
        func write(_ file: String?, _ make: () throws -> Picture) throws {
            guard let file else { return }
            try make().writePNG(to: file)
            Console.note("  drawn    \(file)")
        }
        try write(sheet) { try generator.sheet(perClass: perClass, seed: seed) }
        try write(interpolations) { try generator.interpolations(steps: 9, seed: seed) }
        try write(traversal) { try generator.traversal(rows: 8, steps: 9, seed: seed) }
        try write(classes) { try generator.classTraversal(rows: 8, seed: seed) }
        guard let neighbours else { return }
        guard let learntFrom else {
            throw ValidationError(
                "--neighbours needs the pictures that were learnt from: name them")
        }
        try write(neighbours) {
            let pairs = try generator.memorisation(of: learntFrom, seed: seed, threads: threads)
                .pairs
            let rows = stride(from: 0, to: min(48, pairs.count), by: 4).map { start in
                pairs[start..<min(start + 4, pairs.count)].flatMap { [$0.made, $0.training] }
            }
            return ContactSheet(cell: 96, gap: 4).draw(rows, firstNumber: nil)
        }
    }
}

extension MachineOptions {
    /// Sets libtorch up for work on the CPU; returns the threads.
    static func ready(threads: Int?) throws -> Int {
        let threads = try checked(threads: threads)
        Runtime.installCachingAllocator()
        Runtime.threads = threads
        return threads
    }
}

extension Memorisation {
    /// In one line, for the screen.
    var words: String {
        func show(_ value: Double) -> String { String(format: "%.3f", value) }
        return
            "learnt by heart: \(copies) of \(pictures) made pictures are near copies of a training picture "
            + "(nearest one correlates by \(show(median)) in the middle, \(show(largest)) at most; among the "
            + "training pictures themselves \(show(usualMedian)) and \(show(usualLargest)))"
    }
}

extension GeneratorRun {
    /// The same with its progress on standard error, stopped by Ctrl-C.
    var inSight: GeneratorRun {
        var run = self
        var line: ProgressLine?
        run.isCancelled = { Interruption.isRequested }
        run.onEvent = { event in
            switch event {
            case .divided(let train, let all):
                Console.note(
                    "  split    \(train) of \(all) pictures to learn from, the others unseen")
            case .warning(let text): Console.note("  \(text)")
            case .resumed(let done):
                Console.note("  resumed  \(done) of \(settings.epochs) epochs were done already")
            case .step(let step):
                let progress = line ?? ProgressLine("train", unit: "pictures")
                line = progress
                progress.update(
                    (step.epoch - 1) * step.total + step.done, of: step.epochs * step.total,
                    "epoch \(step.epoch)  "
                        + step.losses.map { "\($0.name) " + String(format: "%.2f", $0.value) }
                        .joined(separator: "  "))
            case .epoch(let record):
                guard record.epoch == settings.epochs else { return }
                line?.finish(
                    "\(record.epoch) epochs  "
                        + record.losses.sorted { $0.key < $1.key }
                        .map { "\($0.key) " + String(format: "%.2f", $0.value) }
                        .joined(separator: "  "))
            }
        }
        return run
    }
}
