/// What a picture is used for.
package enum SplitPart: String, Codable, Sendable, CaseIterable {
    /// Fits weights and every statistic.
    case train
    /// Chooses epochs and settings.
    case validation
    /// Is read once, at the end.
    case test
}

/// A part for each picture of a data set.
package struct Split: Sendable, Equatable {
    package let parts: [SplitPart]

    package init(parts: [SplitPart]) {
        self.parts = parts
    }

    /// The pictures of one part, in order.
    package func indices(_ part: SplitPart) -> [Int] {
        parts.indices.filter { parts[$0] == part }
    }

    /// The groups with pictures in more than one part, in order.
    package func sharedGroups(_ groups: [Int]) -> [Int] {
        var seen: [Int: SplitPart] = [:]
        var shared: Set<Int> = []
        for (group, part) in zip(groups, parts) {
            if let other = seen[group], other != part { shared.insert(group) }
            seen[group] = part
        }
        return shared.sorted()
    }

    /// Throws where a group is on more than one side.
    package func checkGroups(_ grouping: Grouping) throws(DatasetError) {
        let shared = sharedGroups(grouping.ids)
        guard let first = shared.first else { return }
        let sides = Set(grouping.ids.indices.filter { grouping.ids[$0] == first }.map { parts[$0] })
        throw DatasetError(
            "the split leaks: \(shared.count) of \(grouping.count) groups are on more than one "
                + "side, such as '\(grouping.names[first])' in "
                + SplitPart.allCases.filter(sides.contains).map(\.rawValue)
                .joined(separator: " and ") + ". Split by group")
    }
}
