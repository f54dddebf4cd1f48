import Foundation

/// Reads the state dict of a `.pth` file, in the zip form of `torch.save` or the form before 1.6.
package enum PthReader {
    /// Reads the zip form: `<name>/data.pkl` and one stored entry `<name>/data/<key>` per storage.
    ///
    /// Contiguous tensors share the memory of `data`; other strides are gathered. A checkpoint that
    /// keeps its state dict under `state_dict`, `model_state_dict` or `model` gives that one.
    ///
    /// - Throws: `FormatError` naming `file`.
    package static func readZip(_ data: Data, file: String) throws -> StateDict {
        let archive = try open(data, file: file)
        let folder = try folderName(of: archive)
        try requireLittleEndian(archive, folder)
        let pickle = try contents(
            "data.pkl", of: archive, folder, limit: PickleMachine.largestPickle)
        var machine = PickleMachine([UInt8](pickle), file: file)
        let root = try machine.load()
        var reader = PickledStateDict(machine.heap, file: file, fileSize: data.count) { storage in
            try contents("data/\(storage.key)", of: archive, folder, limit: data.count)
        }
        return try reader.make(root)
    }

    private static func open(_ data: Data, file: String) throws -> ZipArchive {
        do {
            return try ZipArchive(data, file: file)
        } catch {
            throw cutOff(data, file: file) ?? error
        }
    }

    /// The folder in the archive, with its slash; empty when there is none.
    private static func folderName(of archive: ZipArchive) throws -> String {
        let pickles = archive.entries.map(\.name).filter {
            $0 == "data.pkl" || $0.hasSuffix("/data.pkl")
        }
        guard pickles.count == 1, let name = pickles.first else {
            throw FormatError(
                file: archive.file, found: "is a zip file with \(pickles.count) entries data.pkl",
                expected: "one, as torch.save writes it", advice: "Check that it is the right file."
            )
        }
        let folder = String(name.dropLast("data.pkl".count))
        guard archive[folder + "constants.pkl"] == nil else {
            throw FormatError(
                file: archive.file, found: "is a TorchScript program", expected: "a state dict",
                advice: "In Python: torch.save(torch.jit.load(path).state_dict(), other_path).")
        }
        return folder
    }

    private static func requireLittleEndian(_ archive: ZipArchive, _ folder: String) throws {
        guard let entry = archive[folder + "byteorder"] else { return }
        let order = String(decoding: try archive.contents(entry, limit: 16), as: UTF8.self)
        guard order == "little" else {
            throw FormatError(
                file: archive.file, found: "has byte order '\(printable(order))'",
                expected: "'little'",
                advice: "Save it again on a little-endian machine.")
        }
    }

    private static func contents(
        _ name: String, of archive: ZipArchive, _ folder: String, limit: Int
    ) throws -> Data {
        guard let entry = archive[folder + name] else {
            throw FormatError.damaged(
                archive.file,
                "lacks the entry \(printable(folder + name)) that its pickle refers to")
        }
        guard entry.isStored else {
            throw FormatError(
                file: archive.file, found: "its entry \(printable(entry.name)) is compressed",
                expected: "stored entries, as torch.save writes them",
                advice: "Unpack it and zip it again with 'zip -0'.")
        }
        return try archive.contents(entry, limit: limit)
    }
}
