import Datasets

/// One of several parts of the groups, each tested by another seed.
package struct SplitTurn: Codable, Sendable, Hashable {
    /// From 0.
    package var part: Int
    package var parts: Int
    /// Seed of the dealing: the same for all that take turns.
    package var dealing: UInt64
}

/// How a study divides its pictures: all that decides which sample is in which part.
package struct SplitPlan: Codable, Sendable, Hashable {
    /// `leak-free` or `as-paper`.
    package var protocolName: String
    /// What keeps pictures together: the rule's name, `none`, or `manifest`.
    package var groups: String
    /// Whether groups that share copies or near copies of a picture are one group.
    package var mergesCopies: Bool
    /// What each training picture grows to, itself included.
    package var copies: Int
    package var test: Double
    package var validation: Double
    /// Of the division (but for a manifest's) and of the copies.
    package var seed: UInt64
    /// Which part of the groups is tested, where seeds take turns; left out where each seed draws its
    /// own, and its share is `test`.
    package var turn: SplitTurn?
    /// Fingerprint of the manifest whose split this is; left out where the plan makes the split.
    package var manifest: String?

    package init(
        protocolName: String = "leak-free", groups: String, mergesCopies: Bool = true,
        copies: Int = 1, test: Double = 0.15, validation: Double = 0.15, seed: UInt64
    ) {
        self.protocolName = protocolName
        self.groups = groups
        self.mergesCopies = mergesCopies
        self.copies = copies
        self.test = test
        self.validation = validation
        self.seed = seed
    }

    /// The split of a manifest, as it stands there.
    package init(
        manifest: String, protocolName: String, groups: String, copies: Int, seed: UInt64
    ) {
        self.init(
            protocolName: protocolName, groups: groups, mergesCopies: false, copies: copies,
            test: 0, validation: 0, seed: seed)
        self.manifest = manifest
    }
}
