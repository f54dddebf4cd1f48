import Foundation
import Networks
import Studies

/// What a reader must know to weigh the numbers of a study.
struct StudyWords {
    private let run: StudyRun
    private let results: StudyResults

    init(_ run: StudyRun, _ results: StudyResults) {
        self.run = run
        self.results = results
    }

    /// For the results of one protocol.
    func conditions(_ kind: StudyProtocol) throws -> [String] {
        let study = run.study
        let store = run.data.store
        var lines = [
            "Protocol: \(kind.name)",
            "Pictures: \(store.count) in \(store.classes.count) classes at \(study.size) px "
                + "(fingerprint \(store.fingerprint.prefix(12))), groups by \(run.data.groupRule)"
                + (run.data.given == nil && run.data.copies > 0
                    ? ", \(run.data.copies) pairs of copies kept together" : ""),
        ]
        lines += try study.architectures.compactMap { try start($0, kind) }
        lines.append(training(kind))
        if let given = run.data.given {
            lines.append(
                "Division: the split of a manifest (SHA-256 \(given.manifest.prefix(12))), the same "
                    + "for every seed; intervals leave out what another division would change")
        }
        lines += try run.data.warnings(run.facts.split(kind, seed: study.seeds.first ?? 0))
        if !study.reductions.isEmpty {
            lines.append("Reduced: " + study.reductions.joined(separator: "; ") + ".")
        }
        return lines
    }

    private func training(_ kind: StudyProtocol) -> String {
        let study = run.study
        let training = study.training
        var text =
            "Training: \(kind.epochs) epochs, batch \(training.batchSize), "
            + "\(OptimizerWords.text(training)); \(study.seeds.count) "
            + (study.seeds.count == 1 ? "seed" : "seeds")
        if kind.copies > 1 { text += "; each picture grown to \(kind.copies)" }
        return text + "; study \(study.name), preset \(study.preset)"
    }

    /// nil where no network of the architecture starts from pretrained weights under the protocol.
    private func start(_ architecture: Architecture, _ kind: StudyProtocol) throws -> String? {
        let name = architecture.rawValue
        if case .file(let hash) = run.facts.weights[architecture] {
            let official = OfficialHashes.isOfficial(hash)
            return "Start weights: \(name), SHA-256 \(hash.prefix(12))"
                + (official ? "" : ": not the official ImageNet file, a substitute for it")
        }
        let sources = try results.sources(architecture, kind)
        guard let task = sources.first?.task else { return nil }
        let records = sources.map(\.record)
        let names = run.study.protocols.map(\.name)
        let part = names.contains("leak-free") ? "leak-free" : kind.name
        let right = records.map { Int((100 * $0.heldOut.accuracy).rounded()) }
        return "SUBSTITUTE start weights: \(name) NOT pretrained on ImageNet but for "
            + "\(range(records.map(\.history.count))) epochs on '\(task.question)' "
            + "(\(range(records.map(\.groups))) groups, \(range(records.map(\.trainCount))) "
            + "pictures of each seed's \(part) training part; \(range(right))% right on pictures "
            + "kept back). With ImageNet's weights expect other numbers."
    }

    private func range(_ values: [Int]) -> String {
        let (low, high) = (values.min() ?? 0, values.max() ?? 0)
        return low == high ? "\(low)" : "\(low)-\(high)"
    }
}
