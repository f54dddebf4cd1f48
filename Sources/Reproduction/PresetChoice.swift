import Foundation
import Models
import Studies
import Torch

/// Which preset a reproduction runs.
///
/// The one that is named; quick on the embedded pictures; on a person's own paper scale, where this
/// machine does that within the hour, by a training step timed at that size.
struct PresetChoice {
    let preset: StudyPreset
    /// What a person should know of the choice, a line each.
    var notes: [String] = []

    /// Seconds of a study that nobody asked for by name.
    private static let longest = 3600.0

    /// - Parameter earlier: folder of the study at paper scale, if one was begun there it goes on.
    static func own(
        _ request: ReproductionRequest, _ host: StudyHost, earlier: URL
    ) throws -> PresetChoice {
        let paper = try StudyPreset.named("paper")
        if isBegun(earlier, paper) { return PresetChoice(preset: paper) }
        host.note("  preset   none named: timing a training step at paper scale")
        let study = try paper.study.changed(request.changes)
        let (seconds, stages) = try estimate(study, request)
        let time = words(seconds)
        let work = "\(stages) stages at \(study.size) px"
        guard seconds > longest else {
            return PresetChoice(
                preset: paper, notes: ["paper scale: \(work), about \(time) here"])
        }
        return PresetChoice(
            preset: try StudyPreset.named("quick"),
            notes: [
                "quick: paper scale (\(work)) would take about \(time) here. To have that:",
                "  \(request.call) --preset paper",
            ])
    }

    private static func isBegun(_ folder: URL, _ preset: StudyPreset) -> Bool {
        let file = folder.appendingPathComponent("study.json")
        return (try? Study.read(file))?.name == preset.study.name
    }

    /// Seconds for a whole study, and its stages. Weights are not looked for: which they are makes no
    /// difference to the time.
    private static func estimate(
        _ study: Study, _ request: ReproductionRequest
    ) throws -> (seconds: Double, stages: Int) {
        let source = request.source
        // Pictures are only counted, for which small ones do.
        var small = study
        small.size = min(study.size, Study.quick.size)
        let data = try source.read(small, StudyHost())
        let named = try source.files(study.architecture)
        let weights = study.architectures.map { architecture in
            let trains = source.pretrain && named[architecture] == nil
            return (
                architecture,
                trains
                    ? PlanFacts.Source.task(.people(epochs: study.sourceEpochs))
                    : .file(hash: architecture.rawValue)
            )
        }
        let facts = try PlanFacts(data, weights: Dictionary(weights) { first, _ in first })
        let plan = try StudyPlanner.plan(study, facts)
        let jobs = request.jobs(study)
        let threads = max(1, Runtime.threads / jobs)
        let probe = try StepProbe(study, threads: threads, device: request.device)
        let seconds = try PlanEstimate.seconds(plan, data, probe, workers: jobs, threads: threads)
        return (seconds, plan.items.count)
    }

    /// `50 minutes`, `31 hours`, `6 days`.
    static func words(_ seconds: Double) -> String {
        let (minutes, hours) = (seconds / 60, seconds / 3600)
        if minutes < 1.5 { return "a minute" }
        if minutes < 90 { return "\(Int(minutes.rounded())) minutes" }
        if hours < 72 { return "\(Int(hours.rounded())) hours" }
        return "\(Int((hours / 24).rounded())) days"
    }
}
