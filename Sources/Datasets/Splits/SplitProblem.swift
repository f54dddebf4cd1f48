/// What a split is made of: a label for each picture and, where known, its group.
package struct SplitProblem: Sendable {
    package let labels: [Int]
    package let classCount: Int
    package let grouping: Grouping?

    package var count: Int { labels.count }

    /// - Throws: `DatasetError` where labels and groups do not fit together.
    package init(labels: [Int], classCount: Int, grouping: Grouping? = nil) throws(DatasetError) {
        guard labels.allSatisfy({ $0 >= 0 && $0 < classCount }) else {
            throw DatasetError("split: a label is outside the \(classCount) classes")
        }
        if let grouping, grouping.ids.count != labels.count {
            throw DatasetError(
                "split: \(labels.count) pictures but groups for \(grouping.ids.count)")
        }
        self.labels = labels
        self.classCount = classCount
        self.grouping = grouping
    }
}

/// How large the parts are, and the seed.
package struct SplitSettings: Codable, Sendable, Equatable {
    /// Share of the pictures in the test part; rounded up, as scikit-learn does.
    package var test: Double
    /// Share of the pictures (of all, not of the rest) in the validation part; rounded up.
    package var validation: Double
    /// Number of folds, for strategies that have them.
    package var folds: Int
    package var seed: UInt64

    package init(
        test: Double = 0.1, validation: Double = 0.1, folds: Int = 5, seed: UInt64 = 0
    ) {
        self.test = test
        self.validation = validation
        self.folds = folds
        self.seed = seed
    }

    /// Pictures of `total` that make a share, rounded up; a rounding error does not add one.
    static func count(_ share: Double, of total: Int) -> Int {
        Int((share * Double(total) - 1e-9).rounded(.up))
    }

    /// The sizes of the parts of `total` pictures.
    /// - Throws: `DatasetError` for shares that leave nothing to train on.
    func sizes(_ total: Int) throws(DatasetError) -> (train: Int, validation: Int, test: Int) {
        guard test.isFinite, validation.isFinite, test > 0, validation >= 0, test + validation < 1
        else {
            throw DatasetError(
                "split: test \(test) and validation \(validation) must be shares whose sum is "
                    + "below 1, with a test part above 0")
        }
        let sizes = (Self.count(validation, of: total), Self.count(test, of: total))
        guard total - sizes.0 - sizes.1 > 0 else {
            throw DatasetError(
                "split: \(total) pictures are too few for \(sizes.1) test and \(sizes.0) "
                    + "validation pictures")
        }
        return (total - sizes.0 - sizes.1, sizes.0, sizes.1)
    }
}
