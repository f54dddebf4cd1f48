import Foundation

extension TableStudy {
    /// What a reader must know to trust the numbers no further than they go.
    static func notes(_ data: TableData, _ settings: TableSettings) -> [String] {
        let tested = TableProtocol.testSize(of: data.count, settings.testFraction)
        var notes = data.origin.map { [$0] } ?? []
        notes += [
            String(
                format: "Under as-paper %d of %d rows are tested: one row is %.2f points.", tested,
                data.count, 100 / Double(tested)),
            "Replicates share rows, so their spread is that of new splits and starts of this one "
                + "table, not that of new tables; an interval says nothing of other data.",
        ]
        if settings.adamReplicates < settings.replicates, settings.optimizers.contains(.adam) {
            notes.append(
                "Adam: \(settings.adamReplicates) replicates where SGD has \(settings.replicates), "
                    + "because a step of Adam takes four times as long.")
        }
        if settings.retrainEpochs > 0 {
            notes.append(
                "Retrained: \(settings.retrainEpochs) of \(settings.epochs) epochs, the first "
                    + "\(settings.retrained(.sgd)) replicates with SGD and "
                    + "\(settings.retrained(.adam)) with Adam, which starts without memory. "
                    + "'against control' compares with the unreduced net trained as long again.")
        }
        if !data.hasGroups, settings.protocols.contains(TableProtocol.leakFree.name) {
            notes.append(
                "The table names no groups, so leak-free keeps no persons apart: it only fits "
                    + "statistics on training rows. It would, were a column of groups named.")
        }
        return notes
    }
}
