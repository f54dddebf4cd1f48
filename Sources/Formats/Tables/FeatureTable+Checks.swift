import Foundation

extension FeatureTable {
    /// Marks values far from their column's median; see `FeatureLayout.outlierLimit` for the rule.
    ///
    /// The medians are over all rows that have a number there, whatever else is wrong with the row.
    static func checkOutliers(
        _ drafts: inout [Draft], layout: FeatureLayout, columns: FeatureColumns
    ) {
        for (feature, column) in columns.features.enumerated() {
            let values = drafts.compactMap { $0.features[feature] }
            guard let centre = median(values) else { continue }
            guard let spread = median(values.map { abs($0 - centre) }), spread > 0 else { continue }
            for index in drafts.indices {
                guard let value = drafts[index].features[feature] else { continue }
                let distance = abs(value - centre) / (1.4826 * spread)
                guard distance > layout.outlierLimit else { continue }
                let place = Sheet.columnName(column) + String(drafts[index].number)
                let reason =
                    "\(place) holds \(value), \(Int(min(distance, 1e9))) robust standard "
                    + "deviations from the column's median"
                if layout.outliers == .drop {
                    drafts[index].drop(reason)
                } else {
                    drafts[index].doubt(reason)
                }
            }
        }
    }

    /// The middle value, or the mean of the two in the middle; nil of nothing.
    static func median(_ values: [Double]) -> Double? {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return nil }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : sorted[middle - 1] / 2 + sorted[middle] / 2
    }

    /// Marks kept rows that are one picture twice, or have the same features under two names.
    static func checkDuplicates(_ drafts: inout [Draft]) {
        let kept = drafts.indices.filter { drafts[$0].isKept }
        let byName = Dictionary(grouping: kept) { drafts[$0].name }
        let byFeatures = Dictionary(grouping: kept) { drafts[$0].features }
        for index in kept {
            let draft = drafts[index]
            let twins = (byName[draft.name] ?? []).lazy.filter { $0 != index }
            for twin in twins.prefix(5) {
                drafts[index].doubt(twinReason(draft, drafts[twin]))
            }
            // One other name is enough to say so, and is soon found.
            let copy = (byFeatures[draft.features] ?? []).first { drafts[$0].name != draft.name }
            if let copy {
                let (row, name) = (drafts[copy].number, printable(drafts[copy].name))
                drafts[index].doubt("has the same features as row \(row) (\(name))")
            }
        }
    }

    private static func twinReason(_ draft: Draft, _ twin: Draft) -> String {
        let features = draft.features == twin.features ? "the same" : "other"
        guard draft.label != twin.label, let own = draft.label, let other = twin.label else {
            return "the same picture is in row \(twin.number), with \(features) features"
        }
        return "the same picture is in row \(twin.number) under another label "
            + "(\(printable(own)) here, \(printable(other)) there), with \(features) features"
    }
}
