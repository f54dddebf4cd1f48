/// A pattern that groups most pictures by something finer than their class.
package struct GroupSuggestion: Codable, Sendable, Equatable {
    /// What to give after `--groups`.
    package let rule: String
    /// What the rule takes for a group.
    package let summary: String
    package let groups: Int
    /// Share of the pictures whose names the rule matches.
    package let coverage: Double
    /// Share of the pictures that have company in their group.
    package let company: Double
    /// The largest group and its size.
    package let largest: String
    package let largestSize: Int

    /// The best known pattern for these names; near-duplicate clusters where none fits and there
    /// are copies; nil otherwise.
    ///
    /// A pattern fits when it matches at least 80% of the names, a tenth of the pictures have
    /// company, no group holds more than half of them, and there are more groups than classes plus
    /// one (or the names only repeat the class). Of those within 5% of the best coverage the first
    /// in `GroupRule.known` is taken.
    package static func best(
        files: [String], classCount: Int, copies: [(Int, Int)]
    ) -> GroupSuggestion? {
        let fitting = GroupRule.known.compactMap { rule in
            (try? Grouping(files: files, rule: rule)).map { of(rule.name, rule.summary, $0) }
        }.filter { $0.fits(pictures: files.count, classCount: classCount) }
        if let top = fitting.map(\.coverage).max() {
            return fitting.first { $0.coverage >= top - 0.05 }
        }
        guard !copies.isEmpty else { return nil }
        return of(
            "near-duplicates", "clusters of copies", .clusters(files: files, pairs: copies))
    }

    private func fits(pictures: Int, classCount: Int) -> Bool {
        coverage >= 0.8 && company >= 0.1 && largestSize * 2 <= pictures
            && groups > classCount + 1
    }

    private static func of(
        _ rule: String, _ summary: String, _ grouping: Grouping
    ) -> GroupSuggestion {
        var sizes = [Int](repeating: 0, count: grouping.count)
        for id in grouping.ids { sizes[id] += 1 }
        let total = Double(max(grouping.ids.count, 1))
        let largest = sizes.indices.max { sizes[$0] < sizes[$1] }
        return GroupSuggestion(
            rule: rule, summary: summary, groups: grouping.count,
            coverage: 1 - Double(grouping.alone.count) / total,
            company: Double(sizes.filter { $0 > 1 }.reduce(0, +)) / total,
            largest: largest.map { grouping.names[$0] } ?? "",
            largestSize: largest.map { sizes[$0] } ?? 0)
    }
}
