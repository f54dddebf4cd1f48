extension SplitStrategy {
    /// Uniformly at random; groups and classes fall as they will.
    package static let random = SplitStrategy(
        "random", "uniformly at random", keepsGroups: false
    ) { problem, settings, generator throws(DatasetError) in
        let sizes = try settings.sizes(problem.count)
        let order = generator.shuffledFromBack(Array(0..<problem.count))
        var parts = [SplitPart](repeating: .train, count: problem.count)
        for index in order.prefix(sizes.test) { parts[index] = .test }
        for index in order.dropFirst(sizes.test).prefix(sizes.validation) {
            parts[index] = .validation
        }
        return [Split(parts: parts)]
    }

    /// At random within each class; every class has its share in each part to within one picture.
    package static let stratified = SplitStrategy(
        "stratified", "at random, each class in proportion", keepsGroups: false
    ) { problem, settings, generator throws(DatasetError) in
        let sizes = try settings.sizes(problem.count)
        var parts = [SplitPart](repeating: .train, count: problem.count)
        let all = Array(0..<problem.count)
        let test = Stratified.draw(sizes.test, from: all, problem.labels, &generator)
        for index in test { parts[index] = .test }
        let rest = all.filter { parts[$0] == .train }
        for index in Stratified.draw(sizes.validation, from: rest, problem.labels, &generator) {
            parts[index] = .validation
        }
        return [Split(parts: parts)]
    }

    /// No group on two sides; sizes and class shares as close as the groups allow.
    package static let grouped = SplitStrategy(
        "grouped", "no group on two sides, classes as even as groups allow", keepsGroups: true
    ) { problem, settings, generator throws(DatasetError) in
        _ = try settings.sizes(problem.count)
        let parts: [SplitPart] =
            settings.validation > 0 ? [.train, .validation, .test] : [.train, .test]
        let shares = parts.map { part in
            switch part {
            case .train: 1 - settings.test - settings.validation
            case .validation: settings.validation
            case .test: settings.test
            }
        }
        let all = Array(0..<problem.count)
        let bins = try Folds.grouped(problem, among: all, shares: shares, &generator)
        return [Split(parts: bins.map { parts[$0] })]
    }

    /// Each fold is the test part once; folds are even in size and classes.
    package static let kFold = SplitStrategy(
        "k-fold", "each of k class-balanced folds is the test part once", keepsGroups: false
    ) { problem, settings, generator throws(DatasetError) in
        let folds = try Folds.stratified(problem, settings.folds, &generator)
        var rounds: [Split] = []
        for test in 0..<settings.folds {
            let rest = folds.indices.filter { folds[$0] != test }
            let size = SplitSettings.count(settings.validation, of: problem.count)
            guard size >= 0, size < rest.count else {
                throw DatasetError(
                    "split: a validation share of \(settings.validation) leaves nothing")
            }
            let validation = Set(Stratified.draw(size, from: rest, problem.labels, &generator))
            rounds.append(Folds.split(folds, test: test, validation: validation))
        }
        return rounds
    }

    /// Each fold is the test part once; no group is in two folds, nor in training and validation.
    package static let groupedKFold = SplitStrategy(
        "grouped-k-fold", "each of k folds of whole groups is the test part once",
        keepsGroups: true
    ) { problem, settings, generator throws(DatasetError) in
        try Folds.groupedRounds(problem, settings.folds, settings.validation, &generator)
    }

    /// SFEW's protocol: two person-independent halves, each the test part once.
    ///
    /// Dhall et al. 2011, "strictly person independent": results are the mean of both rounds.
    package static let personIndependent = SplitStrategy(
        "person-independent", "two halves without a common person, each the test part once",
        keepsGroups: true
    ) { problem, settings, generator throws(DatasetError) in
        try Folds.groupedRounds(problem, 2, settings.validation, &generator)
    }
}
