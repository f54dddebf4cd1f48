import Datasets
import Formats
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
    /// - Returns: what is said of each in turn, or why it cannot be read.
    package static func all(
        _ network: Model, _ pictures: [String], preprocessing: Preprocessing, device: Device
    ) throws -> [Result<Prediction, PictureError>] {
        let executor = try Executor(network.with(network.state.placed(on: device)))
        let batch = try BatchMaker(preprocessing, batchSize: 1, device: device)
        return try pictures.map { path in
            let subset: Subset
            switch picture(path, network.classes, preprocessing) {
            case .success(let read): subset = read
            case .failure(let error): return .failure(error)
            }
            let values: [Float] = try noGrad {
                let (x, _) = try batch.fill(subset, subset.samples[...])
                return try softmax(executor.forward(x, training: false), dim: 1).values()
            }
            return .success(
                Prediction(
                    picture: path,
                    probabilities: Dictionary(zip(network.classes, values)) { first, _ in first }))
        }
    }

    private static func picture(
        _ path: String, _ classes: [String], _ preprocessing: Preprocessing
    ) -> Result<Subset, PictureError> {
        let url = URL(fileURLWithPath: path)
        do {
            let store = try PictureStore(
                root: url.deletingLastPathComponent().path, classes: classes,
                files: [LabelledFile(file: url.lastPathComponent, label: 0)],
                preprocessing: preprocessing, skipUnreadable: true)
            return .success(Subset(store, pictures: [0]))
        } catch {
            do throws(PictureError) {
                _ = try Picture(contentsOf: path)
            } catch {
                return .failure(error)
            }
            return .failure(PictureError(file: path, reason: "\(error)"))
        }
    }
}
