import Formats
import Foundation

/// The figures as files: specification and numbers, which this writes, and the drawings that
/// `ReportTools` makes of them.
struct FigureFiles {
    let folder: URL

    /// In the order that the page links them.
    static let drawn = ["svg", "png", "pdf"]

    /// Writes the specification and the CSV of each figure; removes what an earlier report left.
    func write(_ figures: [Figure]) throws {
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw FormatError(
                file: folder.path, found: "cannot be created (\(error.localizedDescription))",
                expected: "a folder for figures",
                advice: "Free space, or choose another place with `out`.")
        }
        removeStale()
        for figure in figures {
            try AtomicFile.write(try figure.json(), to: url(figure.id, "vl.json"))
            try CSVWriter.write(
                FigurePoint.rows(figure.spec.data.values), to: url(figure.id, "csv"))
        }
    }

    /// Endings of the files that are there, by figure.
    func endings(_ figures: [Figure]) -> [String: [String]] {
        let pairs = figures.map { figure in
            (
                figure.id,
                (["csv"] + Self.drawn + ["vl.json"]).filter {
                    FileManager.default.fileExists(atPath: url(figure.id, $0).path)
                }
            )
        }
        return Dictionary(pairs) { first, _ in first }
    }

    /// SVG files by figure; those that were not made are left out.
    func drawings(_ figures: [Figure]) -> [String: Data] {
        var found: [String: Data] = [:]
        for figure in figures { found[figure.id] = try? Data(contentsOf: url(figure.id, "svg")) }
        return found
    }

    private func url(_ id: String, _ ending: String) -> URL {
        folder.appendingPathComponent("\(id).\(ending)")
    }

    private static let prefixes = ["fig-", "summary-", "beyond-"]

    /// Only names that a report gives, so that nothing of the user's goes.
    private func removeStale() {
        let manager = FileManager.default
        let names = (try? manager.contentsOfDirectory(atPath: folder.path)) ?? []
        for name in names where Self.prefixes.contains(where: name.hasPrefix) {
            guard (["csv", "vl.json"] + Self.drawn).contains(where: { name.hasSuffix("." + $0) })
            else { continue }
            try? manager.removeItem(at: folder.appendingPathComponent(name))
        }
    }
}
