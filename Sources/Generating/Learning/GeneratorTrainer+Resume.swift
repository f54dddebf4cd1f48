import Core
import Formats
import Foundation
import Models

/// What a checkpoint says beside its tensors.
private struct ResumeHeader: Codable {
    var settings: GeneratorSettings
    var history: [GeneratorEpoch]
    var steps: [Int]
    /// Of the pictures that are learnt from.
    var start: String
}

extension GeneratorTrainer {
    /// Writes all that is needed to go on, aside, then renamed.
    package func save(to folder: URL, start: String) throws {
        var dict = try learner.state.hosted()
        dict.metadata["resume"] = try CanonicalJSON.escapedLine.text(
            ResumeHeader(
                settings: settings, history: history,
                steps: learner.optimizers.map(\.optimizer.steps), start: start))
        try SafetensorsWriter.write(dict, to: Self.checkpoint(folder)) {
            _ = try TensorFile.read($0)
        }
    }

    /// Takes up the training saved in a folder, if there is one with the same settings and pictures; what is
    /// damaged is put aside, which `note` is told, and training begins anew.
    ///
    /// - Returns: epochs already done.
    @discardableResult
    package func resume(
        from folder: URL, start: String, note: (String) -> Void
    ) throws -> Int {
        let file = Self.checkpoint(folder)
        guard FileManager.default.fileExists(atPath: file.path) else { return 0 }
        do {
            let dict = try TensorFile.read(file)
            guard let header = try Self.header(dict, file), header.start == start,
                header.settings == settings
            else { return 0 }
            try take(StateDictionary(dict), header)
        } catch let error where error is FormatError || error is NetworkError {
            let aside = file.path + ".damaged"
            unlink(aside)
            rename(file.path, aside)
            note(
                "the epochs saved in \(folder.path) are damaged: kept as *.damaged, training begins anew"
            )
        }
        return history.count
    }

    private static func header(_ dict: StateDict, _ file: URL) throws -> ResumeHeader? {
        guard let text = dict.metadata["resume"] else { return nil }
        return try? JSONDecoder().decode(ResumeHeader.self, from: Data(text.utf8))
    }

    /// All is looked at before anything is changed.
    private func take(_ saved: StateDictionary, _ header: ResumeHeader) throws {
        try saved.requireFinite()
        let tensors = try learner.state.entries.map { name, tensor in
            let found = try saved.require(name)
            guard found.shape == tensor.shape else {
                throw NetworkError("\(name) is \(found.shape), expected \(tensor.shape)")
            }
            return (tensor, found)
        }
        guard header.steps.count == learner.optimizers.count else {
            throw NetworkError("its optimisers are not those of a \(settings.kind.rawValue)")
        }
        for (tensor, value) in tensors { try tensor.copy_(value) }
        for ((_, optimizer), steps) in zip(learner.optimizers, header.steps) {
            optimizer.restored(steps: steps)
        }
        history = header.history
    }

    /// Epochs of an unfinished training in a folder, whatever its settings; nil where there is none.
    package static func unfinished(in folder: URL) -> Int? {
        let file = checkpoint(folder)
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        return (try? TensorFile.read(file)).flatMap { try? header($0, file)?.history.count } ?? 0
    }

    /// Removes the checkpoint.
    package static func clean(_ folder: URL) {
        try? FileManager.default.removeItem(at: checkpoint(folder))
    }

    private static func checkpoint(_ folder: URL) -> URL {
        folder.appendingPathComponent("generator.resume.safetensors")
    }
}
