import Datasets
import Faces
import Foundation
import Studies
import Torch

/// `reproduce` on the pictures that come with Winnow: from raw scenes to the tables of both parts.
struct EmbeddedPart {
    let pictures: PictureOptions
    let table: TableOptions
    let study: TableStudyOptions
    let output: OutputOptions
    let preset: StudyPreset
    let scenes: EmbeddedScenes
    let folder: URL

    /// - Throws: `StudyError` when the pictures that come with Winnow are not there.
    init(
        _ pictures: PictureOptions, _ table: TableOptions, _ study: TableStudyOptions,
        _ output: OutputOptions, _ preset: StudyPreset
    ) throws {
        (self.pictures, self.table, self.study) = (pictures, table, study)
        (self.output, self.preset) = (output, preset)
        scenes = try EmbeddedScenes.locate()
        folder = URL(fileURLWithPath: output.out ?? "studies/embedded")
    }

    /// Both parts: the table first, since it takes a minute.
    func run(_ device: Device) throws {
        announce()
        try cropFaces()
        let rows = try TablePart.records(table, study, output, preset, folder)
        if !output.json { print(rows.study.plain) }
        let report = try trainPictures(device)
        if output.json {
            FileHandle.standardOutput.write(
                Data("{\"pictures\":\n".utf8) + (try report.json()) + Data(",\"table\":\n".utf8)
                    + (try rows.json()) + Data("}\n".utf8))
        } else {
            print(report.plain)
        }
        Console.note("  records  \(folder.path)/tickets.{json,md}, table.{json,md}, and CSV files")
    }

    /// The picture part alone.
    func runPictures(_ device: Device) throws {
        announce()
        try cropFaces()
        try PicturePart.show(trainPictures(device), output, folder)
    }

    private func announce() {
        Console.note(
            """
            Winnow reproduces the paper's experiments on its embedded pictures.
              pictures  \(EmbeddedScenes.note)
              preset    \(preset.name): \(preset.summary)
              study     \(folder.path)  (run the same command to go on after an interruption)
            """)
    }

    private var crops: URL { folder.appending(path: "faces") }

    /// Crops that are there already are kept.
    private func cropFaces() throws {
        let files = try ImageFolder(root: scenes.folder.path).files.map(\.file)
        var cropper = try FaceCropper(
            root: scenes.folder.path, output: crops.path, options: CropOptions(),
            weights: .installed())
        if let threads = output.threads { cropper.threads = threads }
        cropper.shouldStop = { Interruption.isRequested }
        let line = ProgressLine("faces", unit: "pictures")
        cropper.progress = { line.update($0, of: $1) }
        let report: CropReport
        do {
            report = try cropper.run(files)
        } catch {
            line.finish()
            throw error
        }
        line.finish(
            "\(files.count) scenes: \(report.single) with one face, \(report.several) with several, "
                + "\(report.none) with none (kept whole)")
    }

    private func trainPictures(_ device: Device) throws -> TicketReport {
        var options = pictures
        options.pictures.data = crops.path
        if options.split.groups == "auto" { options.split.groups = EmbeddedScenes.groupRule }
        let status = StudyStatus()
        let start = try PictureStart.fileOrSubstitute(options) { status.begin($0) }
        return try PicturePart.report(
            options, preset, folder, device, start: start,
            notes: ["Embedded pictures, faces cropped; \(EmbeddedScenes.note)"], status)
    }
}
