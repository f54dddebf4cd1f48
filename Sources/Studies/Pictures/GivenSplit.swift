import Datasets

/// The split that a manifest brought along, and what an audit found in it.
package struct GivenSplit: Sendable {
    /// The manifest's fingerprint.
    package let manifest: String
    let split: SampleSplit
    /// The most that a picture grows to in it; 1 where it has no augmented copies.
    package let copies: Int
    /// One sentence a leak; empty for a clean split.
    package let leaks: [String]
    private let file: String

    /// - Throws: `DatasetError` for a manifest without a split.
    init(_ source: PictureSource, _ manifest: Manifest, _ report: AuditReport) throws {
        file = source.manifestFile ?? "the manifest"
        guard let split = manifest.split else {
            throw DatasetError(
                "\(file): its pictures have no \"split\". Write one with winnow data (`manifest`), "
                    + "or give the folder itself with `data`")
        }
        self.split = split
        self.manifest = try manifest.fingerprint()
        copies = (split.samples.map(\.copy).max() ?? 0) + 1
        leaks = report.findings.filter { $0.severity == .leak }.map(\.summary)
    }

    /// Refuses a split that leaks, unless the protocol leaks by design.
    func checkLeaks(_ kind: DataProtocol) throws {
        guard leaks.isEmpty || kind.leaks else {
            throw DatasetError(
                "\(file): its split leaks:\n" + leaks.map { "  \($0)\n" }.joined()
                    + "Divide the pictures anew (winnow data; winnow audit "
                    + "\(file) shows them), or take this split with `protocol` as-paper: every "
                    + "result then says that it leaks")
        }
    }

    /// Refuses a split without a part that training needs.
    func checkParts(_ kind: DataProtocol) throws {
        for part in [SplitPart.train, .test, kind.choosesOn] where !split.parts.contains(part) {
            let use = part == kind.choosesOn ? ", which protocol \(kind.name) chooses on" : ""
            throw DatasetError(
                "\(file): its split has no \(part.rawValue) part\(use). Write it again with "
                    + "winnow data")
        }
    }

    /// The samples of a part; training pictures without copies of their own grow to `copies`.
    func samples(_ part: SplitPart, growingTo copies: Int) -> [Sample] {
        guard part == .train, self.copies == 1 else { return split[part] }
        return split[part].flatMap { sample in
            (0..<copies).map { Sample(picture: sample.picture, copy: $0) }
        }
    }
}

extension PictureData {
    /// Refuses a way to vary training pictures, by name, that the copies of a manifest leave no room for.
    package func checkRoom(forAugmentation name: String?) throws {
        guard (given?.copies ?? 1) > 1, let name, name != "fixed" else { return }
        throw DatasetError(
            "`augmentation` \(name): the manifest has augmented copies of its pictures. Leave it out, "
                + "or give a manifest without copies")
    }
}
