import Findings
import Foundation
import Models

/// What a reader must know to weigh the numbers of a study.
struct StudyWords {
    private let run: StudyRun
    private let results: StudyResults

    init(_ run: StudyRun, _ results: StudyResults) {
        self.run = run
        self.results = results
    }

    /// For the results of one protocol.
    func conditions(_ kind: StudyProtocol) throws -> Conditions {
        let study = run.study
        let store = run.data.store
        let first = study.seeds.first ?? 0
        var found = Conditions()
        found.dataProtocol = try run.data.condition(
            run.facts.split(kind, seed: first, turn: study.turn(kind, first)))
        found.data = Conditions.Data(
            pictures: store.count, classes: store.classes.count, size: study.size,
            fingerprint: store.fingerprint, groupRule: run.data.groupRule,
            copies: run.data.given == nil ? run.data.copies : 0)
        found.starts = try study.architectures.compactMap { try start($0, kind) }
        found.training = training(kind)
        found.reductions = study.reductions
        return found
    }

    private func training(_ kind: StudyProtocol) -> Conditions.Training {
        let study = run.study
        return Conditions.Training(
            epochs: kind.epochs, batchSize: study.training.batchSize,
            optimizer: study.training.words, copies: kind.copies,
            seeds: study.seeds.count, study: study.name, preset: study.preset)
    }

    /// nil where no network of the architecture starts from pretrained weights under the protocol.
    private func start(
        _ architecture: Architecture, _ kind: StudyProtocol
    ) throws -> StartSource? {
        let name = architecture.rawValue
        if case .file(let hash) = run.facts.weights[architecture] {
            if hash == EmbeddedWeights.sha256 {
                return StartSource(
                    architecture: name, kind: .bundled, hash: hash, task: EmbeddedWeights.task)
            }
            let isOfficial = OfficialWeights.isOfficial(hash)
            return StartSource(
                architecture: name, kind: isOfficial ? .official : .file, hash: hash)
        }
        let sources = try results.sources(architecture, kind)
        guard let task = sources.first?.task else { return nil }
        let records = sources.map(\.record)
        let names = run.study.protocols.map(\.name)
        let part = names.contains("leak-free") ? "leak-free" : kind.name
        let right = records.map(\.heldOut.accuracy)
        return StartSource(
            architecture: name, kind: .ownTask,
            task: "for \(range(records.map(\.history.count))) epochs on '\(task.question)' "
                + "(\(range(records.map(\.groups))) groups, \(range(records.map(\.trainCount))) "
                + "pictures of each seed's \(part) training part)",
            heldOut: [right.min(), right.max()].compactMap { $0 })
    }

    private func range(_ values: [Int]) -> String {
        let (low, high) = (values.min() ?? 0, values.max() ?? 0)
        return low == high ? "\(low)" : "\(low)-\(high)"
    }
}
