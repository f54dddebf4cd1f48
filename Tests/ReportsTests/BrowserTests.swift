import Foundation
import Testing

@testable import Reports
@testable import Studies

/// A real browser, where the machine has one.
enum Browser {
    static let program: URL? = ["chromium", "chromium-browser", "google-chrome"].lazy
        .flatMap { name in ["/usr/bin/", "/usr/local/bin/"].map { URL(filePath: $0 + name) } }
        .first { FileManager.default.isExecutableFile(atPath: $0.path) }

    static var canRun: Bool { program != nil && ReportFixture.tools != nil }

    /// The page's document after its scripts have run, in a window of `width` pixels.
    static func document(_ page: URL, width: Int, profile: URL, dark: Bool) throws -> String {
        let process = Process()
        process.executableURL = program
        process.arguments =
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                "--user-data-dir=\(profile.path)", "--window-size=\(width),1200",
                "--virtual-time-budget=20000", "--run-all-compositor-stages-before-draw",
                "--dump-dom",
            ] + (dark ? ["--blink-settings=preferredColorScheme=0"] : []) + [page.absoluteString]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: data, as: UTF8.self)
    }
}

@Suite(.serialized) struct BrowserTests {
    /// At the width of a desk and of a phone, in light and dark: no script error, every figure drawn.
    @Test(.enabled(if: Browser.canRun), .timeLimit(.minutes(15)))
    func everyFigureIsDrawn() throws {
        let tools = try #require(ReportFixture.tools)
        try ReportFixture.withFolder { folder in
            try ReportFixture.write(ReportFixture.report(), folder, "leak-free")
            try ReportFixture.write(ReportFixture.report(leaks: true), folder, "as-paper")
            try ReportFixture.writeTable(folder)
            let written = try Report.write(study: folder, tools: tools)
            #expect(written.figures == 16)
            for (width, dark) in [(1280, false), (390, true)] {
                let document = try Browser.document(
                    written.page, width: width, profile: folder.appending(path: "profile"),
                    dark: dark)
                let root = document.prefix(2000)
                #expect(root.contains("data-errors=\"0\""), "\(root.prefix(300))")
                #expect(root.contains("data-ready=\"yes\""))
                let drawn = document.components(separatedBy: "data-drawn=\"yes\"").count - 1
                #expect(drawn == written.figures, "at \(width) pixels")
                let marks = document.components(separatedBy: "class=\"mark-line").count - 1
                #expect(marks >= written.figures)
            }
        }
    }

    /// The counter of errors counts: a page whose script fails is found out.
    @Test(.enabled(if: Browser.canRun), .timeLimit(.minutes(15)))
    func aBrokenPageIsFoundOut() throws {
        try ReportFixture.withFolder { folder in
            let records = StudyRecords(
                pictures: [ReportFixture.result(try ReportFixture.report())], table: nil)
            let html = try Page(
                contents: ReportContents(records), bundle: "throw new Error('broken');",
                files: [:], drawings: [:]
            ).html()
            let page = folder.appending(path: "index.html")
            try Data(html.utf8).write(to: page)
            let document = try Browser.document(
                page, width: 1280, profile: folder.appending(path: "profile"), dark: false)
            #expect(!document.contains("data-errors=\"0\""))
            #expect(!document.contains("data-drawn=\"yes\""))
        }
    }
}

@Suite struct ReportFilesTests {
    /// Every figure in every format, tables, claims; a second report replaces the first.
    @Test(.enabled(if: ReportFixture.tools != nil))
    func everyFileIsWritten() throws {
        let tools = try #require(ReportFixture.tools)
        try ReportFixture.withFolder { folder in
            try ReportFixture.write(ReportFixture.report(), folder, "leak-free")
            let written = try Report.write(study: folder, tools: tools)
            #expect(written.notes.isEmpty)
            let report = folder.appending(path: "report")
            let figures = report.appending(path: "figures")
            for number in 1...6 {
                for (ending, magic) in [
                    ("svg", "<svg"), ("png", "\u{89}PNG"), ("pdf", "%PDF"), ("csv", "series,"),
                    ("vl.json", "{"),
                ] {
                    let url = figures.appending(path: "fig-\(number)-leak-free.\(ending)")
                    let bytes = try Data(contentsOf: url)
                    let start = magic.unicodeScalars.map { UInt8($0.value) }
                    #expect(bytes.starts(with: start), "\(url.lastPathComponent)")
                }
            }
            for name in ["index.html", "tables.md", "tables.tex", "claims.csv"] {
                let bytes = try Data(contentsOf: report.appending(path: name))
                #expect(!bytes.isEmpty, "\(name)")
            }
            let other = try ReportFixture.report(seeds: 2, amounts: [0.5])
            try ReportFixture.write(other, folder, "leak-free")
            #expect(try Report.write(study: folder, tools: tools).figures == 5)
            let left = try FileManager.default.contentsOfDirectory(atPath: figures.path)
            #expect(!left.contains("fig-3-leak-free.svg") && left.contains("fig-5-leak-free.svg"))
        }
    }

    @Test func toolsThatAreMissingAreNamed() throws {
        try ReportFixture.withFolder { folder in
            try ReportFixture.write(ReportFixture.report(seeds: 1), folder, "leak-free")
            let tools = ReportTools(folder: folder.appending(path: "none"))
            #expect(throws: ReportError.self) {
                try Report.write(study: folder, tools: tools)
            }
            #expect(throws: ReportError.self) { try ReportTools.find(above: folder) }
        }
    }
}
