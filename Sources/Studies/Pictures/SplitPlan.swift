import Datasets

/// How a study divides its pictures: all that decides which sample is in which part.
package struct SplitPlan: Codable, Sendable, Hashable {
    /// `leak-free` or `as-paper`.
    package var protocolName: String
    /// What keeps pictures together: the rule's name, or `none`.
    package var groups: String
    /// Whether groups that share copies or near copies of a picture are one group.
    package var mergesCopies: Bool
    /// What each training picture grows to, itself included.
    package var copies: Int
    package var test: Double
    package var validation: Double
    package var seed: UInt64

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
}
