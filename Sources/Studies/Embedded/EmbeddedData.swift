import Formats
import Foundation

/// The folder `Data` that comes with Winnow.
enum EmbeddedData {
    /// The environment variable that names another folder to take its place.
    static let variable = "WINNOW_DATA"

    /// Where `path` lies: in `WINNOW_DATA` if that is set, otherwise in a folder `Data` above the
    /// program; nil where it is in none.
    static func find(
        _ path: String, environment: [String: String], program: URL?
    ) -> URL? {
        if let given = environment[variable], !given.isEmpty {
            return existing(URL(fileURLWithPath: given, isDirectory: true).appending(path: path))
        }
        return ProgramFolders.above(program).lazy.compactMap {
            existing($0.appending(path: "Data/\(path)"))
        }.first
    }

    private static func existing(_ url: URL) -> URL? {
        FileManager.default.fileExists(atPath: url.path) ? url : nil
    }
}
