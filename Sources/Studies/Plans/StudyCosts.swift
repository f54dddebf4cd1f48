import Core
import Foundation
import Models
import Pruning
import Torch

/// What a run's network costs for one picture, beside the network that it was pruned from.
package struct CostRecord: Codable, Sendable {
    package let recipe: Recipe
    package let protocolName: String
    package let seed: UInt64
    /// The training stage.
    package let stage: String
    /// Original over new, of the network as it is once silent filters are taken out.
    package let compression: Double
    package let speedup: Double
    /// The same, had zeros cost nothing (Blalock et al. 2020).
    package let theoreticalCompression: Double
    package let theoreticalSpeedup: Double
    package let parameters: Int
    package let macs: Int
    /// Median seconds for one picture, of the network and of the one that it was pruned from.
    package let seconds: Double
    package let originalSeconds: Double
    package let threads: Int
    package let device: String
}

/// Measures the networks of a study that an experiment asks the cost of, once all are trained.
package struct StudyCosts {
    private let plan: StudyPlan
    private let stages: NetworkStages
    private let device: Device

    package init(_ plan: StudyPlan, _ stages: NetworkStages, device: Device) {
        self.plan = plan
        self.stages = stages
        self.device = device
    }

    /// One record a recipe: the first protocol and seed that has it and is done.
    ///
    /// - Parameter earlier: records of before; one of the same network, measured in the same way, is
    ///   not measured again.
    package func records(earlier: [CostRecord] = []) throws -> [CostRecord] {
        let asked = Set(plan.study.experiments.filter { $0.cost == true }.map(\.id))
        var seen: Set<Recipe> = []
        return try plan.runs.filter {
            !asked.isDisjoint(with: $0.experiments) && stages.store.isDone($0.trained)
                && seen.insert($0.recipe).inserted
        }.map { run in
            let known = earlier.first {
                $0.stage == run.trained.id && $0.recipe == run.recipe
                    && $0.threads == Runtime.threads && $0.device == "\(device)"
            }
            return try known ?? record(run)
        }
    }

    private func record(_ run: StudyPlan.Run) throws -> CostRecord {
        let size = plan.study.size
        let original = try stages.network(run.fine)
        let network = try stages.network(run.trained)
        let smaller = try Compaction(network).model
        let savings = Savings(
            from: try NetworkCost(original, height: size, width: size),
            to: try NetworkCost(smaller, height: size, width: size))
        let (seconds, originalSeconds) = try Latency.pair(
            smaller, original, side: size, device: device)
        return CostRecord(
            recipe: run.recipe, protocolName: run.protocolName, seed: run.seed,
            stage: run.trained.id, compression: savings.compression, speedup: savings.speedup,
            theoreticalCompression: savings.theoreticalCompression,
            theoreticalSpeedup: savings.theoreticalSpeedup, parameters: savings.new.parameters,
            macs: savings.new.macs, seconds: seconds, originalSeconds: originalSeconds,
            threads: Runtime.threads, device: "\(device)")
    }

    /// The records as a table.
    package static func table(_ records: [CostRecord]) -> TextTable {
        func times(_ value: Double) -> String { String(format: "%.2fx", value) }
        return TextTable(
            title: "Compression and speed",
            header: [
                "network", "smaller", "zeros free", "fewer multiply-adds", "zeros free",
                "ms a picture", "before",
            ],
            rows: records.map {
                [
                    "\($0.recipe.architecture.rawValue): \($0.recipe.label)", times($0.compression),
                    times($0.theoreticalCompression), times($0.speedup),
                    times($0.theoreticalSpeedup), String(format: "%.2f", $0.seconds * 1000),
                    String(format: "%.2f", $0.originalSeconds * 1000),
                ]
            },
            notes: [
                "Original over new, once filters that put out nothing are taken out. zeros free: had "
                    + "every zero weight cost nothing, which masks alone do not make true. "
                    + "Latency: median of 25, in turns, batch norms folded, \(records.first?.threads ?? 0) threads, "
                    + "\(records.first?.device ?? "")."
            ])
    }
}
