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
    static func run(_ options: PictureOptions, _ output: OutputOptions, _ device: Device) throws {
        let source = try options.pictures.source()
        let architecture = try options.chosenArchitecture()
        let weights = try options.weights ?? OfficialWeightsFile.path(architecture)
        let file = URL(fileURLWithPath: weights)
        let pretrained = try Pretrained.read(file, architecture)
        let hash = ContentHash.sha256(try FileBytes.open(file))
        let store = try options.pictures.store(
            source, .imageNet(size: options.size), prints: true)
        let data = try PictureData(
            source, store, groups: options.split.groups, threads: Runtime.threads)
        let settings = try options.settings(data)
        let folder = URL(fileURLWithPath: output.out ?? "studies/pictures")
        let results = try StageStore(folder)
        let status = StudyStatus()
        let stages = NetworkStages(
            results, data, device: device, isCancelled: { Interruption.isRequested },
            onProgress: { status.show($1) })
        let study = TicketStudy(
            stages, settings, architecture, pretrained: pretrained.state, weightsHash: hash,
            onStage: { status.begin($0) })
        let runs = try perform(study, status)
        let report = TicketReport(
            conditions: try conditions(options, data, settings, hash, pretrained.classes),
            runs: runs, protocolName: settings.split.protocolName)
        try report.write(to: folder)
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
        _ options: PictureOptions, _ data: PictureData, _ settings: TicketSettings, _ hash: String,
        _ sourceClasses: Int
    ) throws -> [String] {
        let store = data.store
        let training = settings.training
        let official = OfficialHashes.isOfficial(hash)
        var lines = [
            "Pictures: \(store.count) in \(store.classes.count) classes at \(options.size) px "
                + "(fingerprint \(store.fingerprint.prefix(12))), groups by \(data.groupRule)"
                + (data.given == nil && data.copies > 0
                    ? ", \(data.copies) pairs of copies kept together" : ""),
            "Start weights: \(options.architecture), \(sourceClasses) classes (SHA-256 "
                + "\(hash.prefix(12)))"
                + (official ? "" : ": not the official ImageNet file, a substitute for it"),
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
        if options.size != 224 || training.epochs != 25 {
            lines.append(
                "Reduced: the paper trains 25 epochs at 224 px; this ran \(training.epochs) at "
                    + "\(options.size) px.")
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
