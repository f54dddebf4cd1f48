import Core
import Formats
import Foundation

/// Makes the crop of one picture, or finds that it is there already.
struct CropWorker: Sendable {
    let plan: CropPlan
    let journal: CropJournal
    let settings: String
    let limits: PictureLimits
    let choice: FaceChoice

    /// - Throws: `PictureError` when the picture cannot be read; `FaceError` when the disk refuses.
    func crop(
        _ name: String, _ detector: FaceDetector, _ resizer: Resizer
    ) throws -> FaceCropper.Done {
        let path = plan.root.appending(path: name).path
        let stamp = try stamp(path)
        let known = journal.known[name].flatMap(stillThere)
        if let known, known.source.bytes == stamp.bytes, known.source.modified == stamp.modified {
            return (known, true)
        }
        let data = try Picture.readFile(path, limits: limits)
        let source = CropRecord.Source(
            sha256: ContentHash.sha256(data), bytes: stamp.bytes, modified: stamp.modified)
        if let known, known.source.sha256 == source.sha256 { return (known, true) }
        let picture = try Picture(data: data, named: path, limits: limits)
        let faces = detector.detect(picture)
        let chosen = choice.index(of: faces, width: picture.width, height: picture.height)
        let (outcome, frame) = frame(picture, chosen.map { faces[$0] })
        let crop = frame == nil ? nil : CropPlan.crop(of: name, plan.options.format)
        let bytes = try crop.flatMap { crop in
            try frame.map { try encoded($0, picture, data, outcome, crop, resizer) }
        }
        let record = CropRecord(
            picture: name, source: source, width: picture.width, height: picture.height,
            faces: faces, chosen: chosen, outcome: outcome, crop: crop,
            cropBytes: bytes?.count ?? 0, settings: settings)
        try put(record, bytes)
        return (record, false)
    }

    /// The record if it was made with these settings and its crop is still in place.
    private func stillThere(_ record: CropRecord) -> CropRecord? {
        guard record.settings == settings else { return nil }
        guard record.outcome != .skipped else { return record }
        let crop = CropPlan.crop(of: record.picture, plan.options.format)
        guard record.crop == crop,
            let stamp = try? stamp(plan.output.appending(path: crop).path),
            stamp.bytes == record.cropBytes
        else { return nil }
        return record
    }

    private func stamp(_ path: String) throws(PictureError) -> (bytes: Int, modified: Double) {
        do {
            let facts = try FileManager.default.attributesOfItem(
                atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
            guard let size = facts[.size] as? NSNumber, let date = facts[.modificationDate] as? Date
            else { throw PictureError(file: path, reason: "its size and date are unknown") }
            return (size.intValue, date.timeIntervalSinceReferenceDate)
        } catch let error as PictureError {
            throw error
        } catch {
            throw PictureError(file: path, reason: "cannot be read: \(error.localizedDescription)")
        }
    }

    private func frame(
        _ picture: Picture, _ face: Face?
    ) -> (CropRecord.Outcome, CropFrame?) {
        let (width, height) = (picture.width, picture.height)
        if let face {
            return (.face, .around(face, plan.options, width: width, height: height))
        }
        switch plan.options.noFace {
        case .keep:
            return (.kept, .upright(PictureArea(x: 0, y: 0, width: width, height: height)))
        case .centre: return (.centre, .centre(width: width, height: height))
        case .skip: return (.skipped, nil)
        }
    }

    /// The crop's file; a picture kept whole in its own format and size stays as it is.
    private func encoded(
        _ frame: CropFrame, _ picture: Picture, _ data: Data, _ outcome: CropRecord.Outcome,
        _ crop: String, _ resizer: Resizer
    ) throws -> Data {
        if outcome == .kept, plan.options.format == .same, plan.options.size == nil { return data }
        let part = frame.crop(picture, size: plan.options.size, resizer)
        return CropPlan.isPNG(crop)
            ? try part.encodedPNG(named: crop) : try part.encodedJPEG(named: crop)
    }

    /// Removes what earlier runs made of the picture, then notes the record, then writes the crop.
    private func put(_ record: CropRecord, _ bytes: Data?) throws {
        if let old = journal.known[record.picture]?.crop {
            let own = CropOptions.Format.allCases.map { CropPlan.crop(of: record.picture, $0) }
            if own.contains(old) {
                try? FileManager.default.removeItem(at: plan.output.appending(path: old))
            }
        }
        try journal.append(record)
        guard let bytes, let crop = record.crop else { return }
        let url = plan.output.appending(path: crop)
        do {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try AtomicFile.write(bytes, to: url)
        } catch {
            let reason =
                (error as? FormatError)?.found
                ?? "cannot be written: \(error.localizedDescription)"
            throw FaceError(
                "\(url.path): \(reason). Crops already made "
                    + "are kept: run the same again to go on")
        }
    }
}
