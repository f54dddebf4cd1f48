import Datasets
import Foundation
import Models
import Training

@testable import Studies

/// A study of seconds on the pictures of `pictureData`: two epochs, one seed, five techniques' worth of
/// stages, an early rewind point.
enum TinyStudy {
    static let study = Study(
        name: "tiny", preset: "test", size: 32, groups: "prefix", architecture: .resnet18,
        protocols: [
            StudyProtocol(
                name: "leak-free", epochs: 2, copies: 1, augmentation: .flip, test: 0.2,
                validation: 0.2),
            StudyProtocol(
                name: "as-paper", epochs: 2, copies: 2, augmentation: .none, test: 0.2,
                validation: 0),
        ], seeds: [0], training: TrainingOptions(batchSize: 8, learningRate: 0.01),
        earlyEpochs: 1, sourceEpochs: 1,
        experiments: [
            Experiment(
                "Techniques", [.unpruned, .control, .percentile, .random, .distinctiveness],
                amounts: [0.5]),
            Experiment(
                "Fig. 1", [.unpruned, .asThePaper, .matched], angles: [80],
                protocols: ["as-paper"]),
            Experiment(
                "Rewinding", [.percentile], amounts: [0.5],
                rewinds: [.fineTuned, .start, .early], protocols: ["leak-free"]),
            Experiment(
                "Rounds", [.percentile], amounts: [0.75], rounds: [2], protocols: ["leak-free"]),
        ], networks: .needed, reductions: [])

    static func data(_ pictures: URL) throws -> PictureData {
        let store = try PictureStore(
            ImageFolder(root: pictures.path), preprocessing: .imageNet(size: 32), prints: true)
        return try PictureData(store, groups: study.groups, threads: 1)
    }

    static func plan(_ data: PictureData, study: Study = study) throws -> StudyPlan {
        try StudyPlanner.plan(
            study, PlanFacts(data, weights: [.resnet18: .file(hash: "narrow")]))
    }

    /// Does what is open of the study in the store at `root`.
    static func work(
        _ data: PictureData, _ root: URL, study: Study = study,
        isCancelled: @escaping () -> Bool = { false },
        onStage: @escaping (StudyPlan.Item, StudyWorker.Event) -> Void = { _, _ in }
    ) throws {
        let stages = NetworkStages(
            try StageStore(root, busy: .leave), data, device: .cpu, isCancelled: isCancelled)
        try StudyWorker(
            plan(data, study: study), stages, weights: { _ in try narrowState() },
            isCancelled: isCancelled,
            onStage: onStage
        ).run()
    }
}

/// Tests/Fixtures.
let fixtures = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures")

/// A folder that is gone after `body`.
func withScratch<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory
        .appending(path: "winnow-study-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
}
