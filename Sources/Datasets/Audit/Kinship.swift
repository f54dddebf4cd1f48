/// A relation between pictures, as keys that relatives share or that are linked.
struct Kinship {
    let kind: AuditKind
    /// What the test pictures concerned do, for the finding's sentence.
    let words: String
    /// What a pair is, for an example.
    let note: String
    /// The key of each picture.
    let keys: [Int]
    /// The keys related to each key; nil where pictures of the same key are related.
    let links: [[Int]]?

    /// How many pictures of each key are in training.
    func trained(_ sides: Sides) -> [Int] {
        var counts = [Int](repeating: 0, count: (keys.max() ?? -1) + 1)
        for (picture, key) in zip(keys.indices, keys) where sides.trained[picture] {
            counts[key] += 1
        }
        return counts
    }

    /// Whether another picture that is related to this one is in training.
    func crosses(_ picture: Int, _ trained: [Int], _ sides: Sides) -> Bool {
        guard let links else {
            return trained[keys[picture]] > (sides.trained[picture] ? 1 : 0)
        }
        return links[keys[picture]].contains { $0 < trained.count && trained[$0] > 0 }
    }

    /// A picture in training that is related to this one.
    func partner(of picture: Int, _ sides: Sides) -> Int? {
        let related = Set(links?[keys[picture]] ?? [keys[picture]])
        return keys.indices.first {
            $0 != picture && sides.trained[$0] && related.contains(keys[$0])
        }
    }
}

/// Where each picture's samples are.
struct Sides {
    /// Whether any sample of the picture is in training.
    private(set) var trained: [Bool]
    /// Samples of the picture in the test part.
    private(set) var test: [Int]
    /// Samples of the picture in the validation part.
    private(set) var validation: [Int]

    init(_ split: SampleSplit, count: Int) {
        trained = [Bool](repeating: false, count: count)
        test = [Int](repeating: 0, count: count)
        validation = test
        for (sample, part) in zip(split.samples, split.parts) {
            switch part {
            case .train: trained[sample.picture] = true
            case .validation: validation[sample.picture] += 1
            case .test: test[sample.picture] += 1
            }
        }
    }

    /// Whether something is measured on the picture.
    func isEvaluated(_ picture: Int) -> Bool { test[picture] + validation[picture] > 0 }
}
