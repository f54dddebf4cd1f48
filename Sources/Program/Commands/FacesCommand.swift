import ArgumentParser
import Datasets
import Faces
import Foundation

/// `winnow faces IN OUT`: finds and crops the faces of a class-folder tree.
struct FacesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "faces",
        abstract: "Crop the faces of pictures in class folders.",
        discussion: """
            Finds faces with MTCNN and writes one crop a picture to OUT, which gets the same folders. \
            Beside them: faces.csv (boxes, scores, landmarks) and faces-to-check.csv (pictures with no \
            face or several). Run the same again after an interruption: only what is missing is done.
            """)

    @Argument(help: "Pictures in class folders: IN/<class>/<picture>.jpg|png.")
    var input: String
    @Argument(help: "Folder for the crops.")
    var output: String
    @Option(help: "Which of several faces: \(FaceChoice.all.map(\.name).joined(separator: ", ")).")
    var choose = FaceChoice.largest.name
    @Option(help: "Added on each side, as a fraction of the face's box.")
    var margin = 0.15
    @Flag(inversion: .prefixedNo, help: "Square crops.")
    var square = true
    @Flag(help: "Turn and scale so that the eyes lie at the same place in every crop.")
    var align = false
    @Option(help: "Longer side of the crops in pixels (default: as large as they are).")
    var size: Int?
    @Option(help: "A picture without a face: keep (whole), centre (its middle) or skip.")
    var noFace = CropOptions.NoFace.keep
    @Option(help: "Kind of file: same (as the picture), jpeg or png.")
    var format = CropOptions.Format.same
    @Option(help: "Smallest face looked for, in pixels.")
    var minFace = 20.0
    @Option(help: "Least score of a face, 0 to 1.")
    var minScore: Float = 0.7
    @Option(help: "Pictures worked on side by side (default: one a core).")
    var threads: Int?
    @Flag(help: "Leave out pictures that cannot be read, instead of refusing the folder.")
    var skipUnreadable = false

    func run() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads must be 1 to 1024, got \(threads)")
        }
        let folder = try ImageFolder(root: input)
        for note in folder.notes { Console.remark(note) }
        var cropper = try FaceCropper(
            root: input, output: output, options: options, weights: .installed())
        cropper.threads = threads ?? cropper.threads
        cropper.skipUnreadable = skipUnreadable
        cropper.shouldStop = { Interruption.isRequested }
        let line = ProgressLine("faces", unit: "pictures")
        cropper.progress = { line.update($0, of: $1) }
        let report: CropReport
        do {
            report = try cropper.run(folder.files.map(\.file))
        } catch {
            line.finish()
            throw error
        }
        line.finish(report.summary(noFace: noFace))
        for picture in report.unreadable { Console.note("  left out  \(picture)") }
        if !report.stale.isEmpty {
            Console.note(
                "  \(report.stale.count) crops are of pictures no longer in \(input) (the first: "
                    + "\(report.stale[0])); they were left alone")
        }
    }

    private var options: CropOptions {
        var options = CropOptions()
        options.choice = choose
        options.margin = margin
        options.square = square
        options.align = align
        options.size = size
        options.noFace = noFace
        options.format = format
        options.detection.minFaceSize = minFace
        options.detection.thresholds[2] = minScore
        return options
    }
}

extension CropOptions.NoFace: ExpressibleByArgument {}
extension CropOptions.Format: ExpressibleByArgument {}
