/// Stages of one level of a study's graph, none of which needs another: one job array.
package struct JobArray: Sendable {
    /// `level-2`, or `level-2-1` where a level is several arrays.
    package let name: String
    package let level: Int
    package let items: [StudyPlan.Item]
    /// Arrays, by their places, that hold what its stages need.
    package let needs: [Int]
    /// Tasks of earlier submissions, `12_3`, that what its stages need is in.
    package let needsTasks: [String]

    /// The arrays that do a plan's open stages, in an order in which each comes after what it needs.
    ///
    /// - Parameters:
    ///   - items: the stages that are to be done, parents before children.
    ///   - limit: stages of one array at most.
    ///   - running: tasks that are at other stages already, or will be.
    static func all(
        _ items: [StudyPlan.Item], limit: Int, running: [String: String] = [:]
    ) -> [JobArray] {
        var levels: [String: Int] = [:]
        var rows: [[StudyPlan.Item]] = []
        for item in items {
            // What is not among the open stages is done, or at work.
            let level = item.stage.parents.compactMap { levels[$0] }.max().map { $0 + 1 } ?? 0
            levels[item.stage.id] = level
            if level == rows.count { rows.append([]) }
            rows[level].append(item)
        }
        var arrays: [JobArray] = []
        var places: [String: Int] = [:]
        for (level, row) in rows.enumerated() {
            let parts = stride(from: 0, to: row.count, by: limit).map {
                Array(row[$0..<min($0 + limit, row.count)])
            }
            for (part, items) in parts.enumerated() {
                for item in items { places[item.stage.id] = arrays.count }
                let parents = items.flatMap(\.stage.parents)
                arrays.append(
                    JobArray(
                        name: "level-\(level + 1)" + (parts.count > 1 ? "-\(part + 1)" : ""),
                        level: level + 1, items: items,
                        needs: Set(parents.compactMap { places[$0] }).sorted(),
                        needsTasks: Set(parents.compactMap { running[$0] }).sorted()))
            }
        }
        return arrays
    }
}
