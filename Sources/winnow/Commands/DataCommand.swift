import ArgumentParser
import Datasets
import Foundation
import Studies

/// `winnow data DIR`: what a data set holds, what the network sees of it, and its split on paper.
struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Describe pictures; draw what the network sees; write a manifest with a split.")

    @Argument(help: "Pictures in class folders: DIR/<class>/<picture>.jpg|png.")
    var folder: String
    @Option(help: "Draw pictures and their variations to this PNG file.")
    var sheet: String?
    @Option(help: "How the sheet varies them: fresh (anew), fixed (to three), none.")
    var augmentation = Augmentation.fresh
    @Option(help: "Rows of the sheet.")
    var rows = 12
    @Option(help: "Height and width in pixels that pictures are resized to.")
    var size = 224
    @Option(help: "Write every picture with its hash, label, group and part to this JSON file.")
    var manifest: String?
    @Option(help: "How it splits: leak-free, or as-paper (copies first, then splits: leaks).")
    var `protocol` = Datasets.DataProtocol.leakFree.name
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

    enum Augmentation: String, ExpressibleByArgument, CaseIterable {
        case fresh, fixed, none
    }

    func validate() throws {
        guard (1...100).contains(rows) else {
            throw ValidationError("--rows must be 1 to 100, got \(rows)")
        }
    }

    func run() throws {
        let threads = try MachineOptions.checked(threads: threads)
        let kind = try Datasets.DataProtocol.named(self.protocol)
        let store = try DataOptions.store(
            PictureSource(folder: folder), .imageNet(size: size), skipUnreadable: skipUnreadable,
            prints: true, threads: threads)
        let data = try PictureData(store, groups: groups, threads: threads)
        describe(data)
        if let sheet { try draw(store, to: sheet) }
        if let manifest { try write(data, kind, to: manifest) }
    }

    private func describe(_ data: PictureData) {
        let store = data.store
        let sizes = Dictionary(grouping: store.files, by: \.label).mapValues(\.count)
        print("\(store.count) pictures in \(store.classes.count) classes")
        for (label, name) in store.classes.enumerated() {
            print("  \(name)  \(sizes[label] ?? 0)")
        }
        let groups = data.grouping.map { "\($0.count) groups" } ?? "no groups"
        print("\(groups) by \(data.groupRule); \(data.copies) pairs of copies")
        print("fingerprint \(store.fingerprint)")
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
        case .fresh:
            (0..<5).map {
                AugmentationPolicy(.fresh).variation(
                    .init(seed: seed, picture: picture, epoch: $0))
            }
        }
    }

    /// The split of the protocol's first round.
    private func write(_ data: PictureData, _ kind: Datasets.DataProtocol, to path: String) throws {
        let store = data.store
        let problem = try SplitProblem(
            labels: store.files.map(\.label), classCount: store.classes.count,
            grouping: data.grouping)
        let usual = try data.plan(protocolName: kind.name, seed: seed)
        let rounds = try kind.rounds(
            problem, copies: copies ?? (kind.leaks ? 3 : 1),
            settings: SplitSettings(
                test: test ?? usual.test, validation: validation ?? usual.validation, seed: seed))
        guard let split = rounds.first else { return }
        let made = try Manifest(
            classes: store.classes, files: store.files, facts: store.facts,
            grouping: data.grouping, split: split, protocolName: kind.name)
        try made.write(to: path)
        let parts = SplitPart.allCases.map { "\(split[$0].count) \($0.rawValue)" }
        Console.note("\(path): \(kind.name), \(parts.joined(separator: ", "))")
        if kind.leaks {
            Console.note(
                "  this split leaks, as the paper's: siblings of test pictures are trained on"
            )
        }
    }
}
