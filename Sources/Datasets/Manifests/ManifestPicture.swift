/// One entry of a manifest.
package struct ManifestPicture: Sendable, Equatable, Codable {
    /// Path relative to the data set's root, with `/`.
    package let file: String
    /// SHA-256 of the file, 64 lower-case hexadecimal digits.
    package let sha256: String
    /// Class name.
    package let label: String
    /// Person, film, clip or cluster of near duplicates.
    package let group: String?
    package let split: SplitPart?
    /// 0 for the picture itself, 1, 2, ... for its augmented copies; left out of the file when 0.
    package let copy: Int

    private enum CodingKeys: String, CodingKey {
        case file, sha256, label, group, split, copy
    }

    package init(
        file: String, sha256: String, label: String, group: String? = nil,
        split: SplitPart? = nil, copy: Int = 0
    ) {
        self.file = file
        self.sha256 = sha256
        self.label = label
        self.group = group
        self.split = split
        self.copy = copy
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        file = try values.decode(String.self, forKey: .file)
        sha256 = try values.decode(String.self, forKey: .sha256)
        label = try values.decode(String.self, forKey: .label)
        group = try values.decodeIfPresent(String.self, forKey: .group)
        split = try values.decodeIfPresent(SplitPart.self, forKey: .split)
        copy = try values.decodeIfPresent(Int.self, forKey: .copy) ?? 0
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(file, forKey: .file)
        try values.encode(sha256, forKey: .sha256)
        try values.encode(label, forKey: .label)
        try values.encodeIfPresent(group, forKey: .group)
        try values.encodeIfPresent(split, forKey: .split)
        if copy != 0 { try values.encode(copy, forKey: .copy) }
    }
}
