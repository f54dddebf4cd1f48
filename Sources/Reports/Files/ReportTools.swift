import Formats
import Foundation

/// What `scripts/setup` installed for reports: the JavaScript that draws figures on the page, and
/// the Python package that draws them into files.
package struct ReportTools: Sendable {
    /// `.dependencies`.
    package let folder: URL

    package init(folder: URL) { self.folder = folder }

    /// The `.dependencies` in a folder above the program.
    ///
    /// - Throws: `ReportError` when there is none.
    package static func find(above program: URL?) throws -> ReportTools {
        for folder in ProgramFolders.above(program) {
            let place = folder.appendingPathComponent(".dependencies", isDirectory: true)
            let bundle = place.appendingPathComponent("vega.js")
            if FileManager.default.fileExists(atPath: bundle.path) {
                return ReportTools(folder: place)
            }
        }
        throw ReportError(
            "no .dependencies/vega.js in any folder above the program, which the report's figures "
                + "need. Run scripts/setup")
    }

    /// Vega, Vega-Lite and Vega-Embed as one script.
    func readBundle() throws -> String {
        let file = folder.appendingPathComponent("vega.js")
        guard let text = try? String(contentsOf: file, encoding: .utf8),
            text.contains("window.vegaEmbed"), !text.contains("</script")
        else {
            throw ReportError("\(file.path) is missing or damaged. Remove it and run scripts/setup")
        }
        return text
    }

    /// Draws every `*.vl.json` of a folder as SVG, PNG and PDF; nil, or what went wrong.
    func convert(_ figures: URL) -> String? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", Self.program, figures.path]
        var environment = ProcessInfo.processInfo.environment
        environment["PYTHONPATH"] = folder.appendingPathComponent("python").path
        process.environment = environment
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        do { try process.run() } catch { return Self.note("\(error.localizedDescription)") }
        let said = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        if process.terminationStatus == 0 { return nil }
        let last = String(decoding: said.suffix(4096), as: UTF8.self)
            .split(whereSeparator: \.isNewline).last
        return Self.note(last.map(String.init) ?? "status \(process.terminationStatus)")
    }

    private static func note(_ fault: String) -> String {
        "figures were not written as SVG, PNG and PDF (\(fault.prefix(300))): run scripts/setup, "
            + "then the same report again"
    }

    /// Each drawing is written aside, then renamed.
    private static let program = """
        import os, pathlib, sys
        import vl_convert
        makers = {
            "svg": lambda spec: vl_convert.vegalite_to_svg(spec).encode(),
            "png": lambda spec: vl_convert.vegalite_to_png(spec, scale=2),
            "pdf": vl_convert.vegalite_to_pdf,
        }
        for path in sorted(pathlib.Path(sys.argv[1]).glob("*.vl.json")):
            spec = path.read_text(encoding="utf-8")
            for ending, make in makers.items():
                target = path.with_name(path.name[: -len("vl.json")] + ending)
                aside = target.with_name(target.name + ".partial")
                aside.write_bytes(make(spec))
                os.replace(aside, target)
        """
}
