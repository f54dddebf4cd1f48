import Foundation
import Studies

/// The first paragraph: what was run, how much could go, what to distrust.
enum Story {
    static func paragraphs(_ records: StudyRecords, _ warnings: [Warning]) -> [String] {
        let pictures = records.pictures.map { result in
            ran(result) + " " + Answer(result).sentence
        }
        let table = records.table.map { [ran($0.study)] } ?? []
        return pictures + table + distrust(warnings)
    }

    /// What was done to pictures, and how often.
    private static func ran(_ result: PictureResult) -> String {
        let evidence = result.evidence
        let seeds = evidence.seeds.count
        guard let run = result.report.runs.first else { return "" }
        let amounts = Set(result.report.runs.compactMap(\.amount)).sorted()
            .map { "\(TicketReport.percent($0))%" }
        let epochs = run.training.history.count
        let tested = run.training.test.map { ", tested once on \($0.count)" } ?? ""
        return "Under \(result.label), a pretrained network was fine-tuned on "
            + "\(run.training.trainCount) pictures, watched on \(run.training.watchedCount)\(tested), "
            + "pruned by \(amounts.isEmpty ? "nothing" : Wording.words(amounts)) and trained again "
            + "for \(epochs) \(epochs == 1 ? "epoch" : "epochs"), with \(seeds) "
            + "\(seeds == 1 ? "seed" : "seeds")."
    }

    /// What merging similar hidden units costs the feed-forward net.
    private static func ran(_ study: TableStudy) -> String {
        let facts = study.cells.compactMap { cell -> String? in
            guard let found = cell.at(.similar, 45), cell.cell.optimizer == .sgd,
                cell.cell.protocolName == study.settings.protocols.last
            else { return nil }
            return "of \(cell.cell.hidden) units \(found.pairsTaken.text()) went, for "
                + Wording.points(found.change)
        }
        let name = study.settings.protocols.last ?? ""
        return "On a table of \(study.source.rows) rows, feed-forward nets were trained up to "
            + "\(study.settings.replicates) times each, and hidden units that do alike were merged "
            + "without retraining"
            + (facts.isEmpty ? "." : " (under 45 degrees, \(name), SGD): " + Wording.list(facts))
    }

    private static func distrust(_ warnings: [Warning]) -> [String] {
        var short: [String] = []
        for warning in warnings where !short.contains(warning.short) { short.append(warning.short) }
        return short.isEmpty ? [] : ["What to distrust: " + Wording.list([Wording.words(short)])]
    }
}
