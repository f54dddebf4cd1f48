import Datasets

/// The pictures of a study, what belongs together among them, and their division by a plan.
package struct PictureData: Sendable {
    package let store: PictureStore
    /// What made the groups: a rule's name, `none`, or `manifest`.
    package let groupRule: String
    package let grouping: Grouping?
    /// Pairs of pictures that are copies or near copies of each other.
    package let copies: Int
    /// The split of the manifest that the pictures are from; nil for class folders.
    package let given: GivenSplit?

    /// Groups the pictures of a store.
    ///
    /// - Parameter groups: as `GroupChoice.parse` takes it.
    package init(_ store: PictureStore, groups: String, threads: Int) throws {
        try self.init(nil, store, groups: groups, threads: threads)
    }

    /// Groups the pictures of a source as it says, and audits the split that it brings along.
    ///
    /// - Parameter groups: who belongs together where no manifest says so.
    /// - Throws: `DatasetError` for a manifest without a split.
    package init(
        _ source: PictureSource?, _ store: PictureStore, groups: String, threads: Int
    ) throws {
        var subject = try AuditSubject(store, root: source?.root ?? "")
        let found = try store.copies(threads: threads)
        self.store = store
        copies = found.pairs.count
        guard let source, let manifest = source.manifest else {
            let named = try Self.groups(groups, store, found)
            (groupRule, grouping) = (named.name, named.grouping.merged(found.pairs))
            given = nil
            return
        }
        let named =
            try manifest.grouping.map { ("manifest", $0) } ?? Self.groups(groups, store, found)
        (groupRule, grouping) = named
        subject.grouping = named.1
        subject.split = manifest.split
        let made = manifest.generated
        subject.generated = Set(
            store.files.indices.filter { made.contains(store.files[$0].file) })
        let report = Audit(threads: threads).report(subject, copies: found)
        given = try GivenSplit(source, manifest, report)
    }

    private static func groups(
        _ text: String, _ store: PictureStore, _ copies: Copies
    ) throws -> (name: String, grouping: Grouping) {
        try GroupChoice.parse(text).groups(
            of: store.files.map(\.file), classCount: store.classes.count
        ) { copies.pairs }
    }
}
