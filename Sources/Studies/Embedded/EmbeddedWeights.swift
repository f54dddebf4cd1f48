import Core
import Datasets
import Foundation
import Models

/// Start weights that come with Winnow, for where the official ones cannot be had: a ResNet-18 that
/// learnt where the landmarks of rendered faces lie (`Data/weights`, made by `Tools/pretrain`).
package enum EmbeddedWeights {
    /// The network that they are of; there are none of others.
    package static let architecture = Architecture.resnet18
    /// The file's name in the folder.
    package static let file = "resnet18-faces.safetensors"
    /// SHA-256 of the file's bytes.
    package static let sha256 = "a25dedf695aa29a17b61a0f54b4a3a87b6bd89e00020f177cdfcc11b6c162068"
    /// What they learnt, for results.
    package static let task =
        "face alignment, head pose, light, sex, age and identity on rendered faces of other people "
        + "(CC0), without an expression label"

    /// The file: in `WINNOW_DATA` if that is set, otherwise in a folder `Data` above the program.
    ///
    /// - Throws: `StudyError` where it is missing or not the file that came with this version.
    package static func locate(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        program: URL? = Bundle.main.executableURL
    ) throws -> URL {
        guard
            let url = EmbeddedData.find(
                "weights/\(file)", environment: environment, program: program)
        else {
            throw StudyError(
                "the start weights that come with Winnow are missing: no Data/weights/\(file) above "
                    + "the program. Run Winnow from its checkout, or set \(EmbeddedData.variable) to "
                    + "a copy of the checkout's folder Data")
        }
        let found = ContentHash.sha256(try Data(contentsOf: url, options: .mappedIfSafe))
        guard found == sha256 else {
            throw StudyError(
                "\(url.path) is not the file that came with this version: its SHA-256 begins with "
                    + "\(found.prefix(12)), expected \(sha256.prefix(12)). Check it out again")
        }
        return url
    }
}
