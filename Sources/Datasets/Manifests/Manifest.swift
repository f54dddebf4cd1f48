/// A data set written down: every picture with its hash, label, group and part. Training reads
/// this.
package struct Manifest: Sendable, Equatable, Codable {
    /// The layout of the JSON file.
    package static let version = 1

    package let version: Int
    /// The protocol the split was made by, where there is one.
    package let protocolName: String?
    /// Class names; their order gives the labels' numbers.
    package let classes: [String]
    /// One entry a sample: a picture, or one of its augmented copies.
    package let pictures: [ManifestPicture]

    private enum CodingKeys: String, CodingKey {
        case version
        case protocolName = "protocol"
        case classes
        case pictures
    }

    /// - Throws: `DatasetError` naming the first entry that contradicts itself or another.
    package init(
        classes: [String], pictures: [ManifestPicture], protocolName: String? = nil
    ) throws(DatasetError) {
        version = Self.version
        self.protocolName = protocolName
        self.classes = classes
        self.pictures = pictures
        try check()
    }

    /// A manifest of files that were read, with their groups and, where given, their parts.
    package init(
        classes: [String], files: [LabelledFile], facts: [PictureFacts], grouping: Grouping? = nil,
        split: SampleSplit? = nil, protocolName: String? = nil
    ) throws(DatasetError) {
        guard facts.count == files.count, grouping.map({ $0.ids.count == files.count }) ?? true,
            files.allSatisfy({ classes.indices.contains($0.label) }),
            split.map({ $0.samples.allSatisfy { files.indices.contains($0.picture) } }) ?? true
        else {
            throw DatasetError("manifest: files, facts, groups and split do not fit together")
        }
        let samples = split?.samples ?? files.indices.map { Sample(picture: $0) }
        let pictures = samples.enumerated().map { index, sample in
            ManifestPicture(
                file: files[sample.picture].file, sha256: facts[sample.picture].sha256,
                label: classes[files[sample.picture].label],
                group: grouping.map { $0.names[$0.ids[sample.picture]] },
                split: split?.parts[index], copy: sample.copy)
        }
        try self.init(classes: classes, pictures: pictures, protocolName: protocolName)
    }
}
