import Core
import Formats
import Foundation
import Models
import Torch

/// A pretraining in a file, so that it goes on where it was ended.
struct SourceCheckpoint: Codable {
    var options: SourceOptions
    var scaling: Scaling
    var epoch: Int
    var steps: Int
    /// The seed of the source pictures.
    var source: Int
    /// Outputs that are landmarks in the picture; they come first.
    var points: Int

    static let name = "pretrain.safetensors"

    /// Writes the trainer aside and renames it into place.
    static func write(_ trainer: SourceTrainer, source: Int, to folder: URL) throws {
        var dict = try trainer.saved.state.hosted()
        for (name, tensor) in trainer.saved.velocity {
            dict["velocity." + name] = try tensor.host()
        }
        let header = SourceCheckpoint(
            options: trainer.options, scaling: trainer.scaling, epoch: trainer.epoch,
            steps: trainer.steps, source: source, points: 2 * trainer.targets.mirror.count)
        dict.metadata["pretrain"] = try CanonicalJSON.escapedLine.text(header)
        try SafetensorsWriter.write(dict, to: folder.appending(path: name))
    }

    /// Takes up the run in `folder` where its options and pictures are the same.
    ///
    /// - Throws: `PretrainError` where another run lies there.
    static func resume(_ trainer: SourceTrainer, source: Int, from folder: URL) throws {
        let file = folder.appending(path: name)
        guard FileManager.default.fileExists(atPath: file.path) else { return }
        let dict = try TensorFile.read(file)
        let header = try header(dict, file)
        guard header.options == trainer.options, header.source == source else {
            throw PretrainError(
                "\(file.path) is a run with other settings (\(header.options)): choose another "
                    + "--out, or remove it")
        }
        try trainer.restore(
            StateDictionary(dict), epoch: header.epoch, steps: header.steps,
            scaling: header.scaling)
    }

    /// What a file says of itself.
    ///
    /// - Throws: `PretrainError` for a file that is no pretraining.
    static func header(_ dict: StateDict, _ file: URL) throws -> SourceCheckpoint {
        let text = Data((dict.metadata["pretrain"] ?? "").utf8)
        guard let header = try? JSONDecoder().decode(SourceCheckpoint.self, from: text) else {
            throw PretrainError(
                "\(file.path): no pretraining in it. Name the folder that pretrain train wrote to")
        }
        return header
    }
}
