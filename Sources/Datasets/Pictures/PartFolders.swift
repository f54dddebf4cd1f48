import Core
import Foundation

/// Class folders inside folders that are the parts of a split: `root/train/<class>/<picture>`, `root/test/...`.
///
/// Taken for classes, `train` and `test` would be told apart with much success and no meaning.
package struct PartFolders: Sendable {
    package let root: String
    package let classes: [String]
    /// Pictures by part, class and path, relative to the root.
    package let files: [LabelledFile]
    /// What `winnow data --split` calls it.
    package static let strategy = "folders"
    private let parts: [String: SplitPart]
    private let folders: [SplitPart: String]

    private static let names: [String: SplitPart] = [
        "train": .train, "training": .train, "val": .validation, "valid": .validation,
        "validation": .validation, "dev": .validation, "test": .test, "testing": .test,
        "eval": .test,
    ]

    /// Whether folders are the parts of a split by their names: `train` and at least one other.
    static func areParts(_ names: [String]) -> Bool {
        let parts = names.map { Self.names[$0.lowercased()] }
        return parts.count > 1 && !parts.contains(nil) && parts.contains(.train)
    }

    /// Refuses parts where classes are expected, and says how to use them.
    static func refuse(asClasses names: [String], root: String) throws(DatasetError) {
        guard areParts(names) else { return }
        let train = names.first { Self.names[$0.lowercased()] == .train } ?? "train"
        throw DatasetError(
            "\(root): \(NameForms.list(names)) are the parts of a split, not classes. To use that split, "
                + "write it down (winnow data \(root) --split \(strategy) --manifest FILE) and give "
                + "`manifest` FILE; for one part alone name its folder, \(FolderListing.join(root, train))"
        )
    }

    /// Lists the class folders of every part; no file is opened.
    /// - Throws: `DatasetError` where `root` holds no parts, a part comes twice, or a class is not in training.
    package init(root: String) throws(DatasetError) {
        let names = try FolderListing.entries(root).filter(\.isFolder).map(\.name)
        guard Self.areParts(names) else {
            throw DatasetError(
                "\(root): expected the parts of a split, folders train and val or test with class folders "
                    + "in them; found \(names.isEmpty ? "no folders" : NameForms.list(names))")
        }
        var folders: [SplitPart: String] = [:]
        var listed: [(part: String, folder: ImageFolder)] = []
        for name in names {
            guard let part = Self.names[name.lowercased()] else { continue }
            guard folders.updateValue(name, forKey: part) == nil else {
                throw DatasetError(
                    "\(root): holds the \(part.rawValue) part twice (\(NameForms.list(names))). Leave one"
                )
            }
            listed.append((name, try ImageFolder(root: FolderListing.join(root, name))))
        }
        let all = Set(listed.flatMap(\.folder.classes))
        let trained = Set(listed.first { $0.part == folders[.train] }?.folder.classes ?? [])
        if let stray = NameOrder.sorted(Array(all.subtracting(trained))).first {
            throw DatasetError(
                "\(root): the class '\(stray)' has no pictures to train on, in "
                    + "\(FolderListing.join(root, folders[.train] ?? "train"))")
        }
        let classes = NameOrder.sorted(Array(all))
        let label = Dictionary(zip(classes, classes.indices)) { first, _ in first }
        var files: [LabelledFile] = []
        var parts: [String: SplitPart] = [:]
        for (name, folder) in listed {
            for file in folder.files {
                let path = FolderListing.join(name, file.file)
                files.append(
                    LabelledFile(file: path, label: label[folder.classes[file.label]] ?? 0))
                parts[path] = Self.names[name.lowercased()]
            }
        }
        (self.root, self.classes, self.files) = (root, classes, files)
        (self.parts, self.folders) = (parts, folders)
    }

    /// The split of the pictures that could be read.
    ///
    /// With one part beside training, that one is for the test, and `share` of the training pictures choose the epoch.
    /// - Returns: also what a person is told of that.
    package func split(
        _ files: [LabelledFile], _ grouping: Grouping?, share: Double, seed: UInt64
    ) throws(DatasetError) -> (split: SampleSplit, notes: [String]) {
        var parts = files.map { self.parts[$0.file] ?? .train }
        var notes: [String] = []
        if folders[.test] == nil, let other = folders[.validation] {
            parts = parts.map { $0 == .validation ? .test : $0 }
            notes.append("'\(other)' is the test part: there is no other")
        }
        if folders[.test] == nil || folders[.validation] == nil {
            let train = parts.indices.filter { parts[$0] == .train }
            var generator = SplitMix64(seed: seed)
            for index in try chosen(train, files, grouping, share, &generator) {
                parts[index] = .validation
            }
            notes.append(
                "\(Int((share * 100).rounded()))% of '\(folders[.train] ?? "train")' are taken to choose the "
                    + "epoch by")
        }
        let samples = files.indices.map { Sample(picture: $0) }
        return (SampleSplit(samples: samples, parts: parts), notes)
    }

    private func chosen(
        _ train: [Int], _ files: [LabelledFile], _ grouping: Grouping?, _ share: Double,
        _ generator: inout SplitMix64
    ) throws(DatasetError) -> [Int] {
        let labels = files.map(\.label)
        guard grouping != nil else {
            return Stratified.draw(
                SplitSettings.count(share, of: train.count), from: train, labels, &generator)
        }
        let problem = try SplitProblem(
            labels: labels, classCount: classes.count, grouping: grouping)
        let bins = try Folds.grouped(
            problem, among: train, shares: [1 - share, share], &generator)
        return zip(train, bins).filter { $0.1 == 1 }.map(\.0)
    }
}
