import Datasets
import Formats
import Foundation
import Models
import Pruning
import Torch

/// The network that a fine-tuning starts from, whole and with the classes that it came with.
package struct StartingNetwork {
    package let model: Model
    /// What names its weights in records: the SHA-256 of their file, or the seed that they are drawn from.
    package let weights: String
    /// The file, for messages.
    private let file: String
    /// Whether it brings its own layers, in which an exporter may have folded batch norm away.
    private let bringsLayers: Bool

    /// A network's own file: Winnow's, or ONNX.
    ///
    /// What was pruned in it is free again, which `note` is told.
    /// - Parameter size: height and width of the pictures, where an ONNX file leaves them open.
    package static func network(
        _ file: String, size: Int?, note: (String) -> Void
    ) throws -> StartingNetwork {
        let url = URL(fileURLWithPath: file)
        try refuseBareWeights(url, file)
        var model = try Model.open(url, size: size)
        if !model.masks.names.isEmpty {
            note("\(file) is pruned: fine-tuning frees its zeros; winnow retrain keeps them")
            model.masks = StateDictionary()
        }
        return StartingNetwork(
            model: model, weights: try WeightsFile.sha256(url), file: file, bringsLayers: true)
    }

    /// Weights of a built-in network, from a file.
    ///
    /// What was pruned in them is free again, which `note` is told, as whatever else is taken otherwise than it
    /// stands in the file.
    package static func weights(
        _ file: String, _ architecture: Architecture, size: Int?, note: (String) -> Void
    ) throws -> StartingNetwork {
        let url = URL(fileURLWithPath: file)
        var model = try Pretrained.read(
            url, architecture, size: size, replacesHead: true, note: note)
        if !model.masks.names.isEmpty {
            note("\(file) is pruned: fine-tuning frees its zeros")
            model.masks = StateDictionary()
        }
        return StartingNetwork(
            model: model, weights: try WeightsFile.sha256(url), file: file, bringsLayers: false)
    }

    /// Weights without layers are named as such: fine-tuning takes them, but not as a network.
    private static func refuseBareWeights(_ url: URL, _ file: String) throws {
        guard url.pathExtension.lowercased() != "onnx", let dict = try? TensorFile.read(url),
            dict.metadata["format"] != "winnow"
        else { return }
        throw NetworkError(
            "\(file): bare weights, without the network's layers. Give them as `weights`, with "
                + "`architecture` for what they are the weights of")
    }

    /// A built-in network with weights drawn from a seed: trained from nothing.
    package static func drawn(
        _ architecture: Architecture, size: Int?, seed: UInt64
    ) throws -> StartingNetwork {
        StartingNetwork(
            model: try .drawn(architecture, classes: 1, size: size, seed: seed),
            weights: "none: drawn from seed \(seed)", file: "weights", bringsLayers: false)
    }

    /// How pictures are prepared: as the network's file says, else as ImageNet's.
    ///
    /// - Parameter size: height and width in pixels; what the network was made for where nil.
    package func preprocessing(size: Int?) throws -> Preprocessing {
        let own = try model.recorded(Preprocessing.self, "preprocessing", file: file)
        if let own, size == nil { return own }
        let made = (model.graph.input.shape ?? []).last ?? nil
        let size = size ?? made ?? 224
        return try Preprocessing(
            height: size, width: size, mean: own?.mean ?? Preprocessing.imageNetMean,
            std: own?.std ?? Preprocessing.imageNetStd)
    }

    /// The network at the size and for the classes of some pictures, its last layer drawn anew.
    ///
    /// - Parameters:
    ///   - restoresNorms: whether batch norm is put back behind convolutions that an exporter folded it into, from
    ///     statistics of training pictures.
    ///   - note: told of what was put back, or could be.
    /// - Throws: `NetworkError` where there is no batch norm to restore, or the network cannot take the pictures.
    func fitted(
        to data: PictureData, _ plan: SplitPlan, seed: UInt64, restoresNorms: Bool,
        note: (TrainingRun.Event) -> Void
    ) throws -> Model {
        let preprocessing = data.store.preprocessing
        var start = try model.sized(height: preprocessing.height, width: preprocessing.width)
            .withNewHead(classes: data.store.classes, seed: seed)
        start.metadata = [
            "preprocessing": try preprocessing.text(), "data": data.store.fingerprint,
            "weights": weights,
        ]
        try start.record(plan, as: "split")
        let folded = start.graph.foldedNorms.count
        if restoresNorms {
            guard folded > 0 else {
                throw NetworkError("`restoreBatchNorm`: every convolution of the network has one")
            }
            start = try start.restoringNorms(data.sample(plan))
            note(.normsRestored(folded))
        } else if folded > 0, bringsLayers {
            note(.normsFolded(folded))
        }
        return start
    }
}

extension Model {
    /// The same with batch norm where it was folded away, from its statistics over some pictures.
    fileprivate func restoringNorms(_ pictures: SamplePictures) throws -> Model {
        var batches: [Tensor] = []
        try pictures.forEachBatch { x, _ in batches.append(try x.clone()) }
        var restored = try restoreBatchNorm(graph, state, batches)
        (restored.classes, restored.metadata) = (classes, metadata)
        return restored
    }
}
