import ArgumentParser
import Datasets
import Foundation
import Studies
import Training

/// `winnow data DIR`: what a data set holds, what the network sees of it, and its split on paper.
struct DataCommand: ParsableCommand, EndsAtOnce {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Describe pictures; draw what the network sees; write a manifest with a split.")

    @Argument(help: "Pictures in class folders: DIR/<class>/<picture>.jpg|png.")
    var folder: String
    @Option(help: "Draw pictures and their variations to this PNG file.")
    var sheet: String?
    @Option(help: "How the sheet varies them: flip, fresh (all four ways), fixed (to three), none.")
    var augmentation = Augmentation.fresh
    @Option(help: "Rows of the sheet.")
    var rows = 12
    @Option(help: "Height and width in pixels that pictures are resized to.")
    var size = 224
    @Option(help: "Write every picture with its hash, label, group and part to this JSON file.")
    var manifest: String?
    @Option(help: "leak-free, or as-paper (by itself: copies first, then splits, which leaks).")
    var `protocol` = Datasets.DataProtocol.leakFree.name
    @Option(
        help: """
            How pictures are divided: \(SplitStrategy.all.map(\.name).joined(separator: ", ")) \
            (default: grouped; as-paper's own). Of several rounds FILE-1.json, FILE-2.json ... are \
            written. \(PartFolders.strategy): as they lie, in DIR/train/<class>/ and DIR/val/ or \
            DIR/test/.
            """)
    var split: String?
    @Option(help: "Folds of k-fold and grouped-k-fold (default: 5).")
    var folds: Int?
    @Option(
        help: ArgumentHelp(
            "What belongs together: \(GroupChoice.spellings).", valueName: "rule"))
    var groups = "auto"
    @Option(help: "Share of the test part (default: 0.1 under as-paper, 0.15 otherwise).")
    var test: Double?
    @Option(help: "Share of the validation part (default: 0.15; as-paper has none).")
    var validation: Double?
    @Option(help: "What a training picture grows to (default: 3 under as-paper, 1 otherwise).")
    var copies: Int?
    @Option(help: "Seed of the split and of the variations.")
    var seed: UInt64 = 0
    @Option(help: "Pictures worked on side by side (default: one a core).")
    var threads: Int?
    @Flag(help: "Leave out pictures that cannot be read, instead of refusing the data.")
    var skipUnreadable = false

    private static let paper = Datasets.DataProtocol.asPaper.name

    enum Augmentation: String, ExpressibleByArgument, CaseIterable {
        case flip, fresh, fixed, none
    }

    func validate() throws {
        guard (1...100).contains(rows) else {
            throw ValidationError("--rows must be 1 to 100, got \(rows)")
        }
        try checkSplit()
        if sheet == nil {
            try GivenOptions.all.refuse(
                ["--rows", "--augmentation"], "without --sheet nothing is drawn")
        }
        if manifest == nil {
            try GivenOptions.all.refuse(
                ["--protocol", "--test", "--validation", "--copies"],
                "without --manifest nothing is divided")
        }
        if sheet == nil, manifest == nil {
            try GivenOptions.all.refuse(
                ["--seed"], "without --sheet or --manifest nothing is drawn")
        }
        if let sheet { try OutputFiles.check(sheet, as: "--sheet") }
        if let manifest { try OutputFiles.check(manifest, as: "--manifest") }
    }

    /// Refuses options of the split that would be passed over.
    private func checkSplit() throws {
        if manifest == nil, split != nil || folds != nil {
            throw ValidationError("--split and --folds are about a manifest: add --manifest FILE")
        }
        let byFolds = [SplitStrategy.kFold.name, SplitStrategy.groupedKFold.name]
        if folds != nil, !byFolds.contains(split ?? "") {
            throw ValidationError("--folds goes with --split \(byFolds.joined(separator: " or "))")
        }
        let inRounds = byFolds + [SplitStrategy.personIndependent.name]
        if split == PartFolders.strategy, test != nil || self.protocol == Self.paper {
            throw ValidationError(
                "--split \(PartFolders.strategy) takes the test part as it lies: leave --test and as-paper out"
            )
        }
        if let split, test != nil, inRounds.contains(split) {
            throw ValidationError("--split \(split) tests each fold once: leave --test out")
        }
        if split == nil, validation ?? 0 > 0, self.protocol == Self.paper {
            throw ValidationError(
                "as-paper by itself has no validation part: leave --validation out, or add --split")
        }
    }

    func run() throws {
        let threads = try MachineOptions.checked(threads: threads)
        let kind = try Datasets.DataProtocol.named(self.protocol)
        let parts = split == PartFolders.strategy ? try PartFolders(root: folder) : nil
        let strategy = parts == nil ? try split.map(SplitStrategy.named) : nil
        _ = try GroupChoice.parse(groups)
        let store = try DataOptions.store(
            parts.map(PictureSource.init(parts:)) ?? PictureSource(folder: folder),
            .imageNet(size: size), skipUnreadable: skipUnreadable, prints: true, threads: threads)
        let data = try PictureData(store, groups: groups, threads: threads)
        describe(data)
        if let sheet { try draw(store, to: sheet) }
        if let manifest { try write(data, kind, strategy, parts, threads, to: manifest) }
    }

    private func describe(_ data: PictureData) {
        let store = data.store
        let sizes = Dictionary(grouping: store.files, by: \.label).mapValues(\.count)
        Output.line("\(store.count) pictures in \(store.classes.count) classes")
        for (label, name) in store.classes.enumerated() {
            Output.line("  \(name)  \(sizes[label] ?? 0)")
        }
        let groups = data.grouping.map { "\($0.count) groups" } ?? "no groups"
        Output.line("\(groups) by \(data.groupRule); \(data.copies) pairs of copies")
        Output.line("fingerprint \(store.fingerprint)")
    }

    /// A row a picture: as it is, then varied.
    private func draw(_ store: PictureStore, to path: String) throws {
        let shown = min(rows, store.count)
        let page = try (0..<shown).map { row in
            let index = row * store.count / shown
            let picture = store.picture(at: index)
            return [picture] + (try variations(index).map { try Augmenter.picture(picture, $0) })
        }
        try ContactSheet().draw(page).writePNG(to: path)
        Console.note("\(path): \(shown) pictures")
    }

    private func variations(_ picture: Int) -> [Variation] {
        switch augmentation {
        case .none: []
        case .fixed:
            (1...2).map {
                AugmentationPolicy.asPaper.variation(.init(seed: seed, picture: picture, copy: $0))
            }
        case .flip: epochs(5, .flipOnly, picture)
        case .fresh: epochs(5, AugmentationPolicy(.fresh), picture)
        }
    }

    /// The variations of a picture in the first epochs of a training.
    private func epochs(
        _ count: Int, _ policy: AugmentationPolicy, _ picture: Int
    ) -> [Variation] {
        (0..<count).map { policy.variation(.init(seed: seed, picture: picture, epoch: $0)) }
    }

    private func write(
        _ data: PictureData, _ kind: Datasets.DataProtocol, _ strategy: SplitStrategy?,
        _ parts: PartFolders?, _ threads: Int, to path: String
    ) throws {
        let usual = try data.plan(protocolName: kind.name, seed: seed)
        let given = try parts?.split(
            data.store.files, data.grouping, share: validation ?? usual.validation, seed: seed)
        for note in given?.notes ?? [] { Console.note("  note      \(note)") }
        let written = WrittenSplits(
            data: data, kind: kind, strategy: strategy, copies: copies ?? (kind.leaks ? 3 : 1),
            settings: SplitSettings(
                test: test ?? usual.test, validation: validation ?? usual.validation,
                folds: folds ?? 5, seed: seed), given: given?.split)
        try written.write(to: path, folder: folder, threads: threads) { written in
            let parts = written.counts.map { "\($0.pictures) \($0.part.rawValue)" }
            Console.note("\(written.file): \(kind.name), \(parts.joined(separator: ", "))")
            for leak in written.leaks { Console.note("  this split leaks: \(leak)") }
        }
        noteFolder(path)
    }

    private func noteFolder(_ path: String) {
        let beside = URL(fileURLWithPath: path).deletingLastPathComponent()
        let pictures = URL(fileURLWithPath: folder, isDirectory: true)
        guard beside.resolvingSymlinksInPath().path != pictures.resolvingSymlinksInPath().path
        else { return }
        Console.note(
            "  its pictures are not beside it: say where with --data \(folder) (in winnow audit "
                + "--root \(folder))")
    }
}
