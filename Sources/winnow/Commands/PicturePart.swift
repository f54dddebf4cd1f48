import ArgumentParser
import Datasets
import Formats
import Foundation
import Networks
import Studies
import Torch
import Training

/// The picture part of `reproduce`: fine-tunes, prunes by each technique, rewinds, retrains, compares.
enum PicturePart {
    static func run(
        _ options: PictureOptions, _ preset: StudyPreset, _ output: OutputOptions, _ device: Device
    ) throws {
        let folder = URL(fileURLWithPath: output.out ?? "studies/pictures")
        let start = try PictureStart.file(options)
        try show(
            report(options, preset, folder, device, start: start, notes: [], StudyStatus()),
            output, folder)
    }

    /// Does the study and writes its records.
    ///
    /// - Parameter notes: what every result must say besides.
    static func report(
        _ options: PictureOptions, _ preset: StudyPreset, _ folder: URL, _ device: Device,
        start: PictureStart, notes: [String], _ status: StudyStatus
    ) throws -> TicketReport {
        let source = try options.pictures.source()
        let pictures = try options.pictures.store(
            source, .imageNet(size: options.size ?? preset.size), prints: true)
        let data = try PictureData(
            source, pictures, groups: options.split.groups, threads: Runtime.threads)
        let settings = try options.settings(data, preset)
        let stages = NetworkStages(
            try StageStore(folder), data, device: device, isCancelled: { Interruption.isRequested },
            onProgress: { status.show($1) })
        let study = TicketStudy(
            stages, settings, try options.chosenArchitecture(),
            weights: { try start.weights(stages, $0) }, onStage: { status.begin($0) })
        let runs = try perform(study, status)
        let report = TicketReport(
            conditions: notes + (try conditions(options, data, settings, start.words())),
            runs: runs, protocolName: settings.split.protocolName)
        try report.write(to: folder)
        return report
    }

    static func show(_ report: TicketReport, _ output: OutputOptions, _ folder: URL) throws {
        if output.json {
            FileHandle.standardOutput.write(try report.json())
        } else {
            print(report.plain)
        }
        Console.note(
            "  records  \(folder.path)/tickets.{json,md,csv}, tickets-epochs.csv, tickets-layers.csv"
        )
    }

    private static func perform(
        _ study: TicketStudy, _ status: StudyStatus
    ) throws -> [TechniqueRun] {
        do {
            let runs = try study.run()
            status.end()
            return runs
        } catch let stop as Interrupted {
            status.end()
            throw StudyError(
                "interrupted. The finished stages are safe; the one in progress goes on at epoch "
                    + "\(stop.epoch). Run the same command to go on")
        }
    }

    /// What a reader must know to weigh the numbers.
    private static func conditions(
        _ options: PictureOptions, _ data: PictureData, _ settings: TicketSettings,
        _ startWords: String
    ) throws -> [String] {
        let store = data.store
        let size = store.preprocessing.width
        let training = settings.training
        var lines = [
            "Pictures: \(store.count) in \(store.classes.count) classes at \(size) px "
                + "(fingerprint \(store.fingerprint.prefix(12))), groups by \(data.groupRule)"
                + (data.given == nil && data.copies > 0
                    ? ", \(data.copies) pairs of copies kept together" : ""),
            startWords,
            "Training: \(training.epochs) epochs, batch \(training.batchSize), SGD "
                + "\(training.learningRate) with momentum 0.9, down tenfold every 7 epochs; "
                + "\(settings.seeds) \(settings.seeds == 1 ? "seed" : "seeds")",
            "Protocol: \(settings.split.protocolName)",
        ]
        if let given = data.given {
            lines.append(
                "Division: the split of a manifest (SHA-256 \(given.manifest.prefix(12))), the same "
                    + "for every seed; intervals leave out what another division would change")
        }
        lines += try data.warnings(settings.split)
        if size != 224 || training.epochs != 25 {
            lines.append(
                "Reduced: the paper trains 25 epochs at 224 px; this ran \(training.epochs) at "
                    + "\(size) px.")
        }
        return lines
    }
}

/// torchvision's IMAGENET1K files begin their SHA-256 with the digits in their names.
enum OfficialHashes {
    static let prefixes = ["f37072fd", "b627a593", "0676ba61", "11ad3fa6"]

    static func isOfficial(_ hash: String) -> Bool {
        prefixes.contains { hash.hasPrefix($0) }
    }
}
