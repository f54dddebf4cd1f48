import Core
import Formats
import Foundation
import Models
import Torch

/// What a checkpoint file says beside its tensors.
private struct ResumeHeader: Codable {
    var options: TrainingOptions
    var history: [EpochRecord]
    var steps: Int
    /// Of the starting weights and masks: a file of another run is not taken up.
    var start: String
}

extension Trainer {
    /// Writes all that is needed to go on: weights, optimiser, records (and the best weights, in a file
    /// beside it). Both are written aside and renamed.
    package func save(to directory: URL, start: String) throws {
        if let best, isBestUnsaved {
            try SafetensorsWriter.write(best.hosted(), to: Self.bestFile(directory))
            isBestUnsaved = false
        }
        var dict = try network.state.hosted()
        for (name, tensor) in optimizer.state.entries { dict[name] = try tensor.host() }
        let header = ResumeHeader(
            options: options, history: history, steps: optimizer.steps, start: start)
        dict.metadata["resume"] = try CanonicalJSON.escapedLine.text(header)
        try SafetensorsWriter.write(dict, to: Self.checkpointFile(directory))
    }

    /// Takes up the run saved in `directory`, if there is one with the same settings and start.
    ///
    /// - Returns: epochs already done; 0 when there is nothing to take up.
    @discardableResult
    package func resume(from directory: URL, start: String) throws -> Int {
        let file = Self.checkpointFile(directory)
        guard FileManager.default.fileExists(atPath: file.path) else { return 0 }
        let dict = try TensorFile.read(file)
        guard let text = dict.metadata["resume"],
            let header = try? JSONDecoder().decode(ResumeHeader.self, from: Data(text.utf8)),
            header.options == options, header.start == start
        else { return 0 }
        let saved = try StateDictionary(dict)
        for (name, tensor) in network.state.entries { try tensor.copy_(saved.require(name)) }
        try optimizer.restore(saved, steps: header.steps)
        history = header.history
        if !history.isEmpty {
            best = try StateDictionary(TensorFile.read(Self.bestFile(directory)))
        }
        return history.count
    }

    /// Removes the files of `save`.
    package static func clean(_ directory: URL) {
        try? FileManager.default.removeItem(at: checkpointFile(directory))
        try? FileManager.default.removeItem(at: bestFile(directory))
    }

    private static func checkpointFile(_ directory: URL) -> URL {
        directory.appendingPathComponent("resume.safetensors")
    }

    private static func bestFile(_ directory: URL) -> URL {
        directory.appendingPathComponent("best.safetensors")
    }
}
