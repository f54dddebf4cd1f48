import Core
import Foundation
import Models
import Pruning

/// Networks of finished stages: read where they were trained, put together where they follow from
/// others, so that a hundred tickets are not a hundred files of weights.
extension NetworkStages {
    /// The network that a finished stage left.
    ///
    /// - Throws: `DamagedStage` where its files, or those of a stage that it follows from, are not what was written.
    package func network(_ stage: Stage) throws -> Model {
        if hasNetwork(stage) {
            return try store.reading(stage.id) { try Model.read(Self.model($0)) }
        }
        switch stage.work {
        case .prune(let technique, let split) where hasChannels(store.folder(stage)):
            let (parent, channels) = (
                try parent(0, of: stage),
                try store.reading(stage.id) {
                    try StageStore.read([String: [Int]].self, from: Self.channels($0))
                }
            )
            return try technique.applied(channels, in: context(parent, split))
        case .prune(let technique, _):
            let masks = try store.reading(stage.id) { try MaskFile.read($0) }
            return try technique.applied(masks, to: network(parent(0, of: stage)))
        case .rewind:
            let masks = try masks(parent(0, of: stage))
            var ticket = try network(parent(1, of: stage))
            ticket.state = try Rewind.apply(masks, to: ticket.state)
            ticket.masks = try masks.tensors()
            return ticket
        case .pretrain, .start, .train, .generate, .judge:
            throw StudyError(
                "\(store.folder(stage).path): its network was not kept, only its record. Run the study "
                    + "with \"networks\" : \"all\" to have it, or remove the folder")
        }
    }

    private func hasChannels(_ folder: URL) -> Bool {
        FileManager.default.fileExists(atPath: Self.channels(folder).path)
    }

    /// Whether a stage's own file of weights is there.
    func hasNetwork(_ stage: Stage) -> Bool {
        FileManager.default.fileExists(atPath: Self.model(store.folder(stage)).path)
    }

    /// The masks that a pruning chose.
    func masks(_ pruned: Stage) throws -> Masks {
        if MaskFile.exists(in: store.folder(pruned)) {
            return try store.reading(pruned.id) { try MaskFile.read($0) }
        }
        guard let masks = try network(pruned).pruningMasks() else {
            throw PruningError("nothing was pruned, so there is no ticket")
        }
        return masks
    }

    private func parent(_ index: Int, of stage: Stage) throws -> Stage {
        guard index < stage.parents.count else {
            throw StudyError("stage \(stage.id) lacks a parent")
        }
        return try store.reading(stage.parents[index]) {
            try StageStore.read(Stage.self, from: $0.appendingPathComponent("stage.json"))
        }
    }
}
