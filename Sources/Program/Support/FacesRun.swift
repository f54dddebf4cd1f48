import Datasets
import Faces
import Foundation

/// Crops the faces of class folders on the way to a study; crops that are there already are kept.
struct FacesRun {
    let root: String
    let threads: Int?

    /// - Returns: how many faces were found, in words.
    func crop(to folder: URL) throws -> String {
        let files = try ImageFolder(root: root).files.map(\.file)
        var cropper = try FaceCropper(
            root: root, output: folder.path, options: CropOptions(), weights: .installed())
        if let threads { cropper.threads = threads }
        cropper.shouldStop = { Interruption.isRequested }
        let line = ProgressLine("faces", unit: "pictures")
        cropper.progress = { line.update($0, of: $1) }
        defer { line.finish() }
        let report = try cropper.run(files)
        return "\(files.count) pictures: \(report.single) with one face, \(report.several) with "
            + "several, \(report.none) with none (kept whole)"
    }
}
