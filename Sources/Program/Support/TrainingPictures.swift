import Datasets
import Foundation
import Models
import Pruning
import Studies

/// The pictures that a network may be looked at with, whatever their classes.
enum TrainingPictures {
    /// Of the pictures that the network was trained on some of its training part, else some of all, which one
    /// line says.
    ///
    /// - Parameters:
    ///   - file: the network's, for messages.
    ///   - most: how many pictures at most.
    static func of(
        _ network: Model, file: String, _ data: DataOptions, most: Int
    ) throws -> SamplePictures {
        let source = try data.source()
        let store = try data.store(
            source, NetworkFiles.preprocessing(network, file: file), prints: true)
        let plan = try NetworkFiles.value(SplitPlan.self, "split", of: network, file: file)
        if let plan, network.metadata["data"] == store.fingerprint,
            try source.manifest?.fingerprint() == plan.manifest, !plan.groups.hasPrefix("column ")
        {
            let pictures = try PictureData(
                source, store, groups: plan.groups,
                threads: ProcessInfo.processInfo.activeProcessorCount)
            return try SamplePictures(
                pictures.parts(plan).train, words: "training pictures", most: most)
        }
        Console.note(
            "  note     the network does not say which of these pictures are for training: all are "
                + "looked at")
        return try SamplePictures(
            Subset(store, pictures: Array(0..<store.count)), words: "pictures", most: most)
    }
}
