import Datasets
import Foundation
import Models
import Torch

/// What a network says of one picture.
package struct Prediction: Encodable {
    package let picture: String
    /// Softmax of the scores, by class.
    package let probabilities: [String: Float]

    /// Of pictures by their paths, each read and prepared by itself.
    ///
    /// - Throws: `DatasetError` for a picture that cannot be read.
    package static func all(
        _ network: Model, _ pictures: [String], preprocessing: Preprocessing, device: Device
    ) throws -> [Prediction] {
        let executor = try Executor(network.with(network.state.placed(on: device)))
        let batch = try BatchMaker(preprocessing, batchSize: 1, device: device)
        return try pictures.map { path in
            let subset = try picture(path, network.classes, preprocessing)
            let values: [Float] = try noGrad {
                let (x, _) = try batch.fill(subset, subset.samples[...])
                return try softmax(executor.forward(x, training: false), dim: 1).values()
            }
            return Prediction(
                picture: path,
                probabilities: Dictionary(uniqueKeysWithValues: zip(network.classes, values)))
        }
    }

    private static func picture(
        _ path: String, _ classes: [String], _ preprocessing: Preprocessing
    ) throws -> Subset {
        let url = URL(fileURLWithPath: path)
        let store = try PictureStore(
            root: url.deletingLastPathComponent().path, classes: classes,
            files: [LabelledFile(file: url.lastPathComponent, label: 0)],
            preprocessing: preprocessing,
            advice: "Check the path: winnow predict MODEL PICTURE.jpg|png ...")
        return Subset(store, pictures: [0])
    }
}
