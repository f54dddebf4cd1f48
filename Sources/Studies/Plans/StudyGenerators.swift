import Core
import Foundation
import Generating
import Statistics

/// A generator of a study, and how good its pictures are.
package struct JudgedGenerator: Codable, Sendable, Equatable {
    package let protocolName: String
    package let seed: UInt64
    package let record: JudgeRecord

    package init(protocolName: String, seed: UInt64, record: JudgeRecord) {
        (self.protocolName, self.seed, self.record) = (protocolName, seed, record)
    }
}

/// What a study's generators came to: their numbers, and the sheets of the first of each kind.
package enum StudyGenerators {
    /// Where sheets lie in a study's folder: `generated/vae-pictures.png`.
    package static let folder = "generated"

    /// A sheet's name there.
    package static func file(_ kind: GeneratorSettings.Kind, _ sheet: GeneratorSheet) -> String {
        "\(kind.rawValue)-\(sheet.file)"
    }

    /// Those that are judged, each once, in the plan's order.
    static func records(_ plan: StudyPlan, _ store: StageStore) throws -> [JudgedGenerator] {
        var seen: Set<String> = []
        return try plan.runs.compactMap { run in
            guard let stage = run.judged, store.isDone(stage), seen.insert(stage.id).inserted else {
                return nil
            }
            return JudgedGenerator(
                protocolName: run.protocolName, seed: run.seed, record: try store.record(stage))
        }
    }

    /// Copies the first sheets of each kind beside the records.
    ///
    /// - Returns: whether there were any.
    static func showSheets(_ plan: StudyPlan, _ store: StageStore, in root: URL) throws -> Bool {
        let target = root.appendingPathComponent(folder)
        var shown: Set<String> = []
        for run in plan.runs {
            guard let stage = run.judged, store.isDone(stage) else { continue }
            let record: JudgeRecord = try store.record(stage)
            guard shown.insert(record.kind.rawValue).inserted else { continue }
            try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
            for sheet in GeneratorSheet.allCases {
                let data = try store.reading(stage.id) {
                    try Data(contentsOf: $0.appendingPathComponent(sheet.file))
                }
                try data.write(
                    to: target.appendingPathComponent(file(record.kind, sheet)), options: .atomic)
            }
        }
        return !shown.isEmpty
    }

    /// The records as a table: a row a kind and protocol, over the seeds.
    package static func table(_ all: [JudgedGenerator]) -> TextTable {
        struct Row: Hashable {
            let kind: GeneratorSettings.Kind
            let protocolName: String
        }
        let rows = ExperimentReport.keys(
            all.map { Row(kind: $0.record.kind, protocolName: $0.protocolName) })
        func number(_ values: [Double], _ digits: Int, scale: Double = 1) -> String {
            Summary(values.filter(\.isFinite).map { $0 * scale }).text(digits: digits)
        }
        return TextTable(
            title: "Generated pictures: how good and how new",
            header: [
                "generator", "Frechet", "of photographs", "kernel x1000", "of photographs",
                "of their class", "photographs", "near copies", "nearest", "among photographs",
            ],
            rows: rows.map { row in
                let own = all.filter {
                    $0.record.kind == row.kind && $0.protocolName == row.protocolName
                }.map(\.record)
                return [
                    "\(row.kind.rawValue), \(row.protocolName)", number(own.map(\.frechet), 1),
                    number(own.map(\.usualFrechet), 1), number(own.map(\.kernel), 1, scale: 1000),
                    number(own.map(\.usualKernel), 1, scale: 1000),
                    number(own.map(\.consistency), 1, scale: 100),
                    number(own.map(\.usualConsistency), 1, scale: 100),
                    "\(own.map(\.memorisation.copies).reduce(0, +)) of \(own.map(\.made).reduce(0, +))",
                    number(own.map(\.memorisation.median), 2),
                    number(own.map(\.memorisation.usualMedian), 2),
                ]
            },
            notes: [
                "Frechet and kernel: distances of made from training pictures by the input of the start "
                    + "weights' last layer (as FID and KID, but of these features, so not to be compared with "
                    + "others'), \(counts(all)); of photographs: the same of those in the other parts. of their "
                    + "class: percent that the network fine-tuned on photographs takes for what they were made "
                    + "as. near copies: what an audit takes for a copy of a training picture; nearest: median "
                    + "correlation with the nearest one. Mean [95% interval] over the seeds."
            ])
    }

    private static func counts(_ all: [JudgedGenerator]) -> String {
        func range(_ values: [Int]) -> String {
            let (low, high) = (values.min() ?? 0, values.max() ?? 0)
            return low == high ? "\(low)" : "\(low) to \(high)"
        }
        return
            "\(range(all.map(\.record.made))) made, \(range(all.map(\.record.training))) training and "
            + "\(range(all.map(\.record.heldOut))) other pictures"
    }
}
