import Core
import Formats
import Foundation

/// The three networks with their weights, as published with facenet-pytorch 2.6.0 (MIT).
///
/// Read once and shared by every thread's `FaceDetector`.
package struct MTCNNWeights: Sendable {
    let pnet: PNet
    let rnet: RNet
    let onet: ONet
    /// SHA-256 over the three files.
    package let fingerprint: String

    /// The environment variable that names the folder with pnet.pt, rnet.pt and onet.pt.
    package static let variable = "WINNOW_MTCNN"

    /// Reads pnet.pt, rnet.pt and onet.pt of a folder (legacy pickles, or any form `TensorFile` reads).
    ///
    /// - Throws: `FormatError` or `FaceError` naming the file.
    package init(folder: URL) throws {
        var hash = ContentHash()
        func read(_ name: String, _ shapes: [(name: String, shape: [Int])]) throws -> NetworkWeights
        {
            let url = folder.appending(path: name)
            let data = try FileBytes.open(url, limit: 64 << 20)
            hash.update(data)
            return try NetworkWeights(
                TensorFile.read(data, file: url.shownPath), file: url.shownPath, shapes: shapes)
        }
        pnet = try PNet(read("pnet.pt", PNet.shapes))
        rnet = try RNet(read("rnet.pt", RNet.shapes))
        onet = try ONet(read("onet.pt", ONet.shapes))
        fingerprint = hash.hex
    }

    /// Reads the weights from the place `locate` finds.
    package static func installed() throws -> MTCNNWeights {
        try MTCNNWeights(folder: locate())
    }

    /// The folder with the weights: `WINNOW_MTCNN` if set, otherwise where `scripts/setup` puts them,
    /// looked for in the folders above the program.
    ///
    /// - Throws: `FaceError` that says where it looked and what to do.
    package static func locate(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        program: URL? = Bundle.main.executableURL
    ) throws -> URL {
        if let given = environment[variable], !given.isEmpty {
            let folder = URL(fileURLWithPath: given, isDirectory: true)
            guard holdsWeights(folder) else {
                throw FaceError(
                    "\(variable)=\(given): no pnet.pt there. Set it to the folder with pnet.pt, "
                        + "rnet.pt and onet.pt, or unset it and run scripts/setup")
            }
            return folder
        }
        for above in ProgramFolders.above(program) {
            let folder = above.appending(path: installedPath, directoryHint: .isDirectory)
            if holdsWeights(folder) { return folder }
        }
        throw FaceError(
            "the face detector's weights are missing: no \(installedPath)/pnet.pt in any folder "
                + "above the program. Run scripts/setup, or set \(variable) to a folder with "
                + "pnet.pt, rnet.pt and onet.pt")
    }

    private static let installedPath = ".dependencies/python/facenet_pytorch/data"

    private static func holdsWeights(_ folder: URL) -> Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: "pnet.pt").path)
    }
}
