import ArgumentParser
import Core
import Datasets
import Formats
import Foundation
import Studies

/// Which pictures: those of class folders, or those of a manifest.
struct DataOptions: ParsableArguments {
    @Option(
        help: """
            Pictures in class folders: DIR/<class>/<picture>.jpg|png. With --manifest: the folder \
            that its files are in (default: its own).
            """)
    var data: String?
    @Option(
        help: "Pictures, labels, groups and split as this file says; see winnow data --manifest.")
    var manifest: String?
    @Flag(help: "Leave out pictures that cannot be read, instead of refusing the data.")
    var skipUnreadable = false

    /// Whether pictures were named at all.
    var isGiven: Bool { data != nil || manifest != nil }

    /// Lists the pictures; none is opened.
    func source() throws -> PictureSource {
        do {
            return try StudySource(data: data, manifest: manifest).pictures()
        } catch let error where !isGiven {
            throw ValidationError("\(error)")
        }
    }

    /// Refuses `--groups` where the manifest names its own: they would be passed over.
    func refuseGroups(_ source: PictureSource) throws {
        guard source.manifest?.grouping != nil else { return }
        try GivenOptions.all.refuse(
            ["--groups"], "the manifest says which pictures belong together")
    }

    /// Reads every picture of a source once.
    ///
    /// - Parameter prints: also what finds copies, for an audit or a division of the pictures.
    func store(
        _ source: PictureSource, _ preprocessing: Preprocessing, prints: Bool
    ) throws -> PictureStore {
        try Self.store(source, preprocessing, skipUnreadable: skipUnreadable, prints: prints)
    }

    /// Reads every picture of a source once, with a line of progress.
    static func store(
        _ source: PictureSource, _ preprocessing: Preprocessing, skipUnreadable: Bool, prints: Bool,
        threads: Int = ProcessInfo.processInfo.activeProcessorCount
    ) throws -> PictureStore {
        for note in source.notes { Console.note("  note      \(note)") }
        let line = ProgressLine("pictures", unit: "pictures")
        let store = try source.store(
            preprocessing, skipUnreadable: skipUnreadable, prints: prints,
            loader: PictureLoader(
                threads: threads, progress: { line.update($0, of: $1) },
                note: { Console.note("  pictures  \($0)") },
                isCancelled: { Interruption.isRequested }))
        let size = preprocessing.width
        line.finish("\(store.count) in \(store.classes.count) classes at \(size) px")
        for picture in store.unreadable {
            Console.note("  left out  \(printable(picture.file, limit: 4096)): \(picture.reason)")
        }
        for (file, facts) in zip(store.files, store.facts) {
            guard let doubt = facts.doubt else { continue }
            Console.note("  damaged   \(printable(file.file, limit: 4096)): \(doubt)")
        }
        return store
    }
}

/// How pictures are divided, where no manifest says so, and whether a division may leak.
struct SplitOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What keeps pictures together where no manifest says so: \(GroupChoice.spellings).",
            valueName: "rule"))
    var groups = "auto"
    @Option(help: "leak-free, or as-paper (augments before it splits: leaks, and says so).")
    var `protocol` = Datasets.DataProtocol.leakFree.name
}

/// How training pictures are varied.
struct AugmentationOptions: ParsableArguments {
    @Option(
        help: """
            How training pictures are varied: flip, fresh (all four ways), fixed (to three), none \
            (default: fixed under as-paper and for a manifest with copies, flip otherwise).
            """)
    var augmentation: String?

    /// What is drawn anew in each epoch, and what a training picture grows to once.
    func choice(
        _ data: PictureData, _ kind: Datasets.DataProtocol
    ) throws -> (fresh: AugmentationPolicy?, copies: Int) {
        try data.checkRoom(forAugmentation: augmentation)
        let grown = (data.given?.copies ?? 1) > 1
        let choice = try Self.choice(augmentation ?? (kind.leaks || grown ? "fixed" : "flip"))
        return (choice.kind.policy, choice.copies)
    }

    /// What was asked for; nil where nothing was.
    func asked() throws -> (kind: StudyProtocol.Augmentation, copies: Int)? {
        try augmentation.map(Self.choice)
    }

    /// How pictures are varied in each epoch, and what each grows to once.
    private static func choice(
        _ name: String
    ) throws -> (kind: StudyProtocol.Augmentation, copies: Int) {
        switch name {
        case "none": return (.none, 1)
        case "fixed": return (.none, AugmentationPolicy.asPaper.copies)
        case "flip": return (.flip, 1)
        case "fresh": return (.fresh, 1)
        default:
            throw ValidationError(
                NearestName.refusal(
                    of: name, "augmentation", among: ["flip", "fresh", "fixed", "none"]))
        }
    }
}
