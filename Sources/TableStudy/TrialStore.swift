import Core
import Formats
import Foundation
import Results

/// Finished cells of a table study, one file each, so that an interrupted study goes on.
///
/// The folder's name is a hash of everything that decides the numbers, so a file found there is of
/// this study. A file holds little-endian doubles. One that is no whole cell is made again: a cell takes
/// seconds, and nothing reads it but this.
package struct TrialStore: Sendable {
    private let results: ResultStore

    /// The store for a study, under `root`.
    ///
    /// - Throws: `FormatError` when the folder cannot be made.
    package init(root: URL, _ data: TableData, _ settings: TableSettings) throws {
        results = try ResultStore(
            root.appendingPathComponent(
                "trials-\(Self.identity(data, settings))", isDirectory: true), ending: ".trials")
    }

    package var folder: URL { results.folder }

    /// Twelve hexadecimal digits that name the data, the settings and this version of the study.
    package static func identity(_ data: TableData, _ settings: TableSettings) -> String {
        var hash = ContentHash()
        hash.update("table study 1 \(data.fingerprint) ")
        hash.update((try? CanonicalJSON.escapedLine.encode(settings)) ?? Data())
        return String(hash.hex.prefix(12))
    }

    /// Keeps the trials of a cell, unless they are there.
    func write(_ cell: TableCell, _ trials: [TableTrial], _ settings: TableSettings) throws {
        _ = try results.result(cell.name, read: { read($0, cell, settings) }) { file in
            let numbers = trials.flatMap(\.numbers).map(\.bitPattern.littleEndian)
            try numbers.withUnsafeBytes { try AtomicFile.write(Data($0), to: file) }
        }
    }

    /// The trials of a cell, or `nil` where there is no whole file of them: they are then made.
    func read(_ cell: TableCell, _ settings: TableSettings) -> [TableTrial]? {
        read(results.place(cell.name), cell, settings)
    }

    private func read(
        _ file: URL, _ cell: TableCell, _ settings: TableSettings
    ) -> [TableTrial]? {
        let count = settings.replicates(cell.optimizer), size = TableTrial.size(settings)
        guard let bytes = try? Data(contentsOf: file, options: .mappedIfSafe),
            bytes.count == count * size * MemoryLayout<UInt64>.size
        else { return nil }
        let numbers = bytes.withUnsafeBytes { raw in
            (0..<(count * size)).map {
                Double(
                    bitPattern: UInt64(
                        littleEndian: raw.loadUnaligned(
                            fromByteOffset: $0 * 8, as: UInt64.self)))
            }
        }
        let trials = (0..<count).compactMap { index in
            TableTrial(numbers: numbers[(index * size)..<((index + 1) * size)], settings)
        }
        let isWhole = trials.indices.allSatisfy { trials[$0].replicate == $0 }
        return trials.count == count && isWhole ? trials : nil
    }
}
