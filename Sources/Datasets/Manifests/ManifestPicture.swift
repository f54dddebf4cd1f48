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
    /// What made it, where nobody took it; left out of the file for photographs.
    package let generated: GeneratedMark?

    private enum CodingKeys: String, CodingKey {
        case file, sha256, label, group, split, copy, generated
    }

    package init(
        file: String, sha256: String, label: String, group: String? = nil,
        split: SplitPart? = nil, copy: Int = 0, generated: GeneratedMark? = nil
    ) {
        self.file = file
        self.sha256 = sha256
        self.label = label
        self.group = group
        self.split = split
        self.copy = copy
        self.generated = generated
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        file = try values.decode(String.self, forKey: .file)
        sha256 = try values.decode(String.self, forKey: .sha256)
        label = try values.decode(String.self, forKey: .label)
        group = try values.decodeIfPresent(String.self, forKey: .group)
        split = try values.decodeIfPresent(SplitPart.self, forKey: .split)
        copy = try values.decodeIfPresent(Int.self, forKey: .copy) ?? 0
        generated = try values.decodeIfPresent(GeneratedMark.self, forKey: .generated)
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(file, forKey: .file)
        try values.encode(sha256, forKey: .sha256)
        try values.encode(label, forKey: .label)
        try values.encodeIfPresent(group, forKey: .group)
        try values.encodeIfPresent(split, forKey: .split)
        if copy != 0 { try values.encode(copy, forKey: .copy) }
        try values.encodeIfPresent(generated, forKey: .generated)
    }
}

/// What made a picture that nobody took, and what that learnt from.
package struct GeneratedMark: Sendable, Equatable, Hashable, Codable {
    /// SHA-256 of the generator's file.
    package let generator: String
    /// Fingerprint of the pictures of whose training part it learnt.
    package let data: String

    package init(generator: String, data: String) {
        (self.generator, self.data) = (generator, data)
    }
}
