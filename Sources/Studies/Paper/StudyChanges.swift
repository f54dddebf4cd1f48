import Core
import Findings
import Models
import Training

/// What a person wants otherwise than in a preset; what is nil stays.
package struct StudyChanges: Sendable {
    /// Height and width in pixels that pictures are resized to.
    package var size: Int?
    /// Epochs of each training, under every protocol.
    package var epochs: Int?
    package var batchSize: Int?
    package var learningRate: Double?
    /// Fractions to prune: a comparison of the techniques at these takes the place of the experiments.
    package var amounts: [Double]?
    /// Replicates: seeds 0, 1, ...
    package var seeds: Int?
    package var groups: String?
    /// The only protocol to run.
    package var protocolName: String?
    package var architecture: Architecture?
    /// How training pictures are varied in each epoch.
    package var augmentation: StudyProtocol.Augmentation?
    /// What a training picture grows to once, itself included.
    package var copies: Int?
    package var precision: Precision?

    package init() {}
}

extension Study {
    /// The experiment that compares the techniques at given amounts, and nothing else.
    package static func comparison(_ amounts: [Double]) -> Experiment {
        Experiment(
            "Techniques compared",
            [
                .unpruned, .control, .percentile, .random, .distinctiveness,
                .distinctivenessByOrder,
            ], amounts: amounts,
            cost: true)
    }

    /// The study with some of its settings changed; `reductions` says what that makes smaller.
    ///
    /// - Throws: `StudyError` for a protocol that the study does not have.
    package func changed(_ changes: StudyChanges) throws -> Study {
        var study = self
        let kept = reductions.filter { !settingsBelowPaper.contains($0) }
        if let size = changes.size { study.size = size }
        if let groups = changes.groups { study.groups = groups }
        if let batch = changes.batchSize { study.training.batchSize = batch }
        if let rate = changes.learningRate { study.training.learningRate = rate }
        if let precision = changes.precision {
            study.training.precision = precision == .float32 ? nil : precision
        }
        if let seeds = changes.seeds {
            guard (1...1000).contains(seeds) else {
                throw StudyError("seeds must be 1 to 1000, are \(seeds)")
            }
            study.seeds = (0..<UInt64(seeds)).map { $0 }
        }
        if let architecture = changes.architecture { study.use(architecture) }
        if let amounts = changes.amounts { study.experiments = [Self.comparison(amounts)] }
        study.changeProtocols(changes)
        let left = try changes.protocolName.map { try study.keep($0) } ?? []
        study.reductions =
            study.settingsBelowPaper
            + (changes.amounts == nil
                ? kept : [Reduction(.other("a comparison of techniques only"))]) + left
        var same = self
        same.groups = study.groups
        if study != same { study.preset = "\(preset), changed" }
        return study
    }

    private mutating func changeProtocols(_ changes: StudyChanges) {
        for index in protocols.indices {
            if let epochs = changes.epochs { protocols[index].epochs = epochs }
            if let kind = changes.augmentation { protocols[index].augmentation = kind }
            if let copies = changes.copies { protocols[index].copies = copies }
        }
        if let epochs = changes.epochs {
            training.epochs = epochs
            earlyEpochs = max(1, min(earlyEpochs, epochs - 1))
        }
    }

    /// Makes another architecture the study's own; where it was the second one, they change places.
    private mutating func use(_ other: Architecture) {
        let old = architecture
        architecture = other
        for index in experiments.indices {
            experiments[index].architectures = experiments[index].architectures?.map {
                $0 == other ? old : $0
            }
        }
    }

    /// Keeps one protocol, and the experiments that are run under it.
    ///
    /// - Returns: what is left out.
    private mutating func keep(_ name: String) throws -> [Reduction] {
        guard protocols.contains(where: { $0.name == name }) else {
            let refusal = NearestName.refusal(
                of: name, "protocol", among: protocols.map(\.name))
            throw StudyError("study '\(self.name)': \(refusal)")
        }
        protocols.removeAll { $0.name != name }
        let before = experiments.map(\.name)
        experiments.removeAll { $0.protocols?.contains(name) == false }
        let left = Set(experiments.map(\.name))
        let out = before.filter { !left.contains($0) }
        for index in experiments.indices where experiments[index].protocols != nil {
            experiments[index].protocols = [name]
        }
        return out.isEmpty ? [] : [Reduction(.notRun(protocolName: name, experiments: out))]
    }

    /// The study without what needs an architecture whose weights cannot be had, and words for that.
    package func without(_ architecture: Architecture) -> Study {
        var study = self
        for index in study.experiments.indices {
            study.experiments[index].architectures?.removeAll { $0 == architecture }
        }
        let out = study.experiments.filter { $0.architectures?.isEmpty == true }.map(\.name)
        study.experiments.removeAll { $0.architectures?.isEmpty == true }
        study.reductions.append(
            Reduction(.noWeights(architecture: architecture.rawValue, experiments: out)))
        return study
    }
}
