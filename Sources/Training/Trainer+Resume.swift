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
            try SafetensorsWriter.write(best.hosted(), to: Self.bestFile(directory)) {
                _ = try TensorFile.read($0)
            }
            isBestUnsaved = false
        }
        var dict = try network.state.hosted()
        // What is saved was checked after the epoch (`checkNumbers`).
        for (name, tensor) in optimizer.state.entries { dict[name] = try tensor.host() }
        let header = ResumeHeader(
            options: options, history: history, steps: optimizer.steps, start: start)
        dict.metadata["resume"] = try CanonicalJSON.escapedLine.text(header)
        try SafetensorsWriter.write(dict, to: Self.checkpointFile(directory)) {
            _ = try TensorFile.read($0)
        }
    }

    /// Takes up the run saved in `directory`, if there is one with the same settings and start: more epochs of it go
    /// on, where the rates of those that are done do not depend on how many there are in all.
    ///
    /// - Returns: epochs already done; 0 when there is nothing to take up.
    /// - Throws: `FormatError` or `NetworkError` for files that are damaged; nothing was taken up then.
    @discardableResult
    package func resume(from directory: URL, start: String) throws -> Int {
        guard let (header, saved) = try Self.saved(in: directory), header.start == start,
            header.options.goesOn(as: options, after: header.history.count)
        else { return 0 }
        // All is read before anything is changed.
        let best =
            header.history.isEmpty
            ? nil : try StateDictionary(TensorFile.read(Self.bestFile(directory)))
        for state in [saved, best].compactMap({ $0 }) { try state.requireFinite() }
        let tensors = try network.state.entries.map { ($0.tensor, try saved.require($0.name)) }
        try optimizer.restore(saved, steps: header.steps)
        for (tensor, value) in tensors { try tensor.copy_(value) }
        history = header.history
        self.best = best
        return history.count
    }

    /// An unfinished run in a folder.
    package struct Unfinished {
        package let options: TrainingOptions
        package let epochs: Int
        /// Of what it started from.
        package let start: String
    }

    /// What a folder holds of a run that was cut off; nil where it holds none.
    ///
    /// - Throws: `FormatError` for a file that is damaged.
    package static func unfinished(in directory: URL) throws -> Unfinished? {
        try saved(in: directory).map { header, _ in
            Unfinished(
                options: header.options, epochs: header.history.count, start: header.start)
        }
    }

    private static func saved(
        in directory: URL
    ) throws -> (header: ResumeHeader, state: StateDictionary)? {
        let file = checkpointFile(directory)
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        let dict = try TensorFile.read(file)
        guard let text = dict.metadata["resume"],
            let header = try? JSONDecoder().decode(ResumeHeader.self, from: Data(text.utf8))
        else { return nil }
        return (header, try StateDictionary(dict))
    }

    /// The same; files that are damaged are put aside, which `note` is told, and training begins anew.
    ///
    /// - Parameter note: told in one line.
    @discardableResult
    package func resumeOrBegin(
        from directory: URL, start: String, note: (String) -> Void
    ) throws -> Int {
        do {
            return try resume(from: directory, start: start)
        } catch let error where error is FormatError || error is NetworkError {
            note(try Self.setAside(directory))
            return 0
        }
    }

    /// Renames damaged files of `save` to `*.damaged`.
    ///
    /// - Returns: what was done, in one line.
    package static func setAside(_ directory: URL) throws -> String {
        for file in [checkpointFile(directory), bestFile(directory)] {
            let aside = file.path + ".damaged"
            unlink(aside)
            rename(file.path, aside)
        }
        return
            "the epochs saved in \(directory.path) are damaged: kept as *.damaged, training begins anew"
    }

    /// Whether a folder holds a run that was cut off, damaged or not.
    package static func isSaved(in directory: URL) -> Bool {
        FileManager.default.fileExists(atPath: checkpointFile(directory).path)
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

extension TrainingOptions {
    /// Whether a run of these settings, of which some epochs are done, becomes one of others without doing them again.
    fileprivate func goesOn(as other: TrainingOptions, after done: Int) -> Bool {
        if self == other { return true }
        var same = self
        same.epochs = other.epochs
        return same == other && done <= other.epochs && schedule != .cosine
    }
}
