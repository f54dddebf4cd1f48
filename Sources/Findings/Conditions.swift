/// What the numbers of a study under one protocol rest on.
package struct Conditions: Codable, Sendable, Equatable {
    /// How pictures were divided and which epoch is quoted.
    package struct DataProtocol: Codable, Sendable, Equatable {
        /// `leak-free` or `as-paper`.
        package var name: String
        /// Whether test pictures have relatives in training, and choose the epoch.
        package var leaks: Bool
        /// Of one seed, where the protocol leaks: test samples with a relative in training, those with
        /// an augmented sibling there, and all.
        package var seed: UInt64?
        package var related: Int?
        package var siblings: Int?
        package var tested: Int?
        /// SHA-256 of the manifest whose split was taken for every seed; nil where seeds divide.
        package var manifest: String?
        /// Leaks that an audit found in that split, one sentence each.
        package var leaksFound: [String]?
        /// Whether the seeds take turns, so that every picture is tested by one of them.
        package var takesTurns: Bool?

        package init(name: String, leaks: Bool) { (self.name, self.leaks) = (name, leaks) }
    }

    /// The pictures.
    package struct Data: Codable, Sendable, Equatable {
        package var pictures: Int
        package var classes: Int
        /// Height and width in pixels that they were resized to.
        package var size: Int
        package var fingerprint: String
        /// What made the groups: a rule's name, `none`, `manifest`.
        package var groupRule: String
        /// Pairs of copies kept together.
        package var copies: Int
        /// Of pictures that were made rather than taken: by what, in words; nil for photographs.
        package var synthetic: String?

        package init(
            pictures: Int, classes: Int, size: Int, fingerprint: String, groupRule: String,
            copies: Int, synthetic: String? = nil
        ) {
            (self.pictures, self.classes, self.size) = (pictures, classes, size)
            (self.fingerprint, self.groupRule) = (fingerprint, groupRule)
            (self.copies, self.synthetic) = (copies, synthetic)
        }
    }

    /// How networks were trained.
    package struct Training: Codable, Sendable, Equatable {
        package var epochs: Int
        package var batchSize: Int
        /// Optimiser, rate and schedule, in words.
        package var optimizer: String
        /// What a training picture grows to once, itself included.
        package var copies: Int
        package var seeds: Int
        package var study: String
        package var preset: String

        package init(
            epochs: Int, batchSize: Int, optimizer: String, copies: Int, seeds: Int,
            study: String, preset: String
        ) {
            (self.epochs, self.batchSize, self.optimizer) = (epochs, batchSize, optimizer)
            (self.copies, self.seeds) = (copies, seeds)
            (self.study, self.preset) = (study, preset)
        }
    }

    /// nil in records of unknown origin.
    package var dataProtocol: DataProtocol?
    package var data: Data?
    package var starts: [StartSource] = []
    package var training: Training?
    /// What was made smaller than in the paper.
    package var reductions: [Reduction] = []
    /// What else a reader must not overlook, a sentence each.
    package var warnings: [String] = []
    /// What else has to be said, a sentence each.
    package var notes: [String] = []

    package init() {}
}
