import Core
import Foundation

/// The pictures that come with Winnow: synthetic scenes with facial expressions, and their table of
/// features (`Data/scenes`).
package struct EmbeddedScenes: Sendable, Equatable {
    /// The folder with a folder for each class.
    package let folder: URL
    /// Ten features a picture, made from the scenes by `Tools/scenes/features.sh`.
    package var features: URL { folder.appending(path: "features.csv") }

    /// The environment variable that names another folder to take the place of `Data`.
    package static let variable = EmbeddedData.variable
    /// What keeps pictures of one person together: `p017_s0042.jpg` is person 17.
    package static let groupRule = "prefix"
    /// The same over the names in the table of features.
    package static let groupPattern = "^[^/]+/([^_]+)_"
    /// What a reader of any result must be told.
    package static let note =
        "synthetic pictures: rendered scenes of invented people (CC0), no evidence of how a method "
        + "does on real faces"

    /// The scenes: in `WINNOW_DATA` if that is set, otherwise in a folder `Data` above the program.
    ///
    /// - Throws: `StudyError` that says where it looked and what to do.
    package static func locate(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        program: URL? = Bundle.main.executableURL
    ) throws -> EmbeddedScenes {
        if let manifest = EmbeddedData.find(
            "scenes/manifest.json", environment: environment, program: program)
        {
            return EmbeddedScenes(folder: manifest.deletingLastPathComponent())
        }
        if let given = environment[variable], !given.isEmpty {
            throw StudyError(
                "\(variable)=\(given): no scenes/manifest.json there. Set it to a copy of the "
                    + "folder Data that comes with Winnow, or unset it")
        }
        throw StudyError(
            "the embedded pictures are missing: no Data/scenes in any folder above the program. Run "
                + "Winnow from its checkout, set \(variable) to a copy of the checkout's folder "
                + "Data, or name your own data (`data` or `table`)")
    }
}
