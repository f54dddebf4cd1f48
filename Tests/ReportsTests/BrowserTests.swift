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

    /// What a page says of itself: the `data-` marks of a frame of `width` pixels that holds it.
    ///
    /// A frame, because the browser's own window is never narrower than 500 pixels.
    static func marks(
        _ page: URL, width: Int, profile: URL, dark: Bool
    ) throws -> [String: String] {
        let frame = page.deletingLastPathComponent().appending(path: "frame.html")
        try Data(Self.frame(page.lastPathComponent, width: width).utf8).write(to: frame)
        let document = try document(frame, profile: profile, dark: dark)
        let root = document.prefix(2000).split(separator: ">").first { $0.contains("<html") } ?? ""
        var marks: [String: String] = [:]
        for part in root.components(separatedBy: " data-").dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
            if pair.count == 2 { marks[pair[0]] = pair[1].filter { $0 != "\"" } }
        }
        return marks
    }

    private static func frame(_ page: String, width: Int) -> String {
        """
        <!doctype html><html><body style="margin:0">
        <iframe src="\(page)" style="border:0;width:\(width)px;height:9000px"></iframe>
        <script>
        var marks = document.documentElement.dataset, timer = setInterval(function () {
          var page = document.querySelector("iframe").contentDocument;
          var root = page && page.documentElement;
          if (!root || root.dataset.errors === undefined || page.readyState !== "complete") return;
          marks.errors = root.dataset.errors;
          if (root.dataset.fault) marks.fault = root.dataset.fault;
          marks.drawn = page.querySelectorAll(".plot[data-drawn=yes] svg .mark-line path").length
            ? page.querySelectorAll(".plot[data-drawn=yes]").length : 0;
          marks.width = page.defaultView.innerWidth;
          marks.overflow = root.scrollWidth - root.clientWidth;
          marks.dark = page.defaultView.matchMedia("(prefers-color-scheme: dark)").matches;
          if (root.dataset.ready !== "yes") return;
          // What is folded away is drawn when it is opened.
          page.querySelectorAll("details").forEach(function (one) { one.open = true; });
          if (page.querySelector(".plot:not([data-drawn=yes])")) return;
          marks.ready = "yes";
          clearInterval(timer);
        }, 50);
        </script></body></html>
        """
    }

    /// The page's document after its scripts have run.
    private static func document(_ page: URL, profile: URL, dark: Bool) throws -> String {
        let process = Process()
        process.executableURL = program
        process.arguments =
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                "--user-data-dir=\(profile.path)", "--window-size=1400,1200",
                "--allow-file-access-from-files",
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
            try ReportFixture.writeStudy(folder)
            let written = try Report.write(study: folder, tools: tools)
            #expect(written.figures == 16)
            for (width, dark) in [(1280, false), (390, true)] {
                let marks = try Browser.marks(
                    written.page, width: width, profile: folder.appending(path: "profile"),
                    dark: dark)
                #expect(marks["errors"] == "0", "\(marks)")
                #expect(marks["ready"] == "yes" && marks["width"] == "\(width)", "\(marks)")
                #expect(marks["drawn"] == "\(written.figures)", "\(marks)")
                #expect(marks["dark"] == "\(dark)", "\(marks)")
                // Nothing but tables, in boxes of their own, is wider than the page.
                #expect(marks["overflow"] == "0", "\(marks)")
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
            let marks = try Browser.marks(
                page, width: 1280, profile: folder.appending(path: "profile"), dark: false)
            #expect(marks["errors"] == "2", "\(marks)")
            #expect(marks["drawn"] == "0" && marks["ready"] == nil)
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
            #expect(try Report.write(study: folder, tools: tools).figures == 4)
            let left = try FileManager.default.contentsOfDirectory(atPath: figures.path)
            #expect(!left.contains("fig-3-leak-free.svg") && left.contains("fig-5-leak-free.svg"))
        }
    }

    /// Without vl-convert the page is whole, and says nothing of files that were not made.
    @Test(.enabled(if: ReportFixture.tools != nil))
    func drawingsThatCannotBeMadeAreNoted() throws {
        let tools = try #require(ReportFixture.tools)
        try ReportFixture.withFolder { folder in
            try ReportFixture.write(ReportFixture.report(seeds: 1), folder, "leak-free")
            let poor = folder.appending(path: "dependencies")
            let broken = poor.appending(path: "python/vl_convert")
            try FileManager.default.createDirectory(at: broken, withIntermediateDirectories: true)
            try Data("raise ImportError('broken on purpose')".utf8)
                .write(to: broken.appending(path: "__init__.py"))
            try Data(tools.readBundle().utf8).write(to: poor.appending(path: "vega.js"))
            let written = try Report.write(study: folder, tools: ReportTools(folder: poor))
            let note = try #require(written.notes.first)
            #expect(note.contains("broken on purpose") && note.contains("scripts/setup"))
            let html = try String(contentsOf: written.page, encoding: .utf8)
            #expect(html.contains("fig-1-leak-free.csv") && !html.contains("fig-1-leak-free.svg"))
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
