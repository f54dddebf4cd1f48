import Foundation
import Testing

/// `winnow report`, as a person calls it on what `winnow reproduce` left.
@Suite(.enabled(if: Program.file != nil, "winnow is not beside the tests"))
struct ReportCallTests {
    private static let hasFigures = FileManager.default.fileExists(
        atPath: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: ".dependencies/vega.js").path)

    /// A table study of sixty rows and one small net, which takes a second or two.
    private func study(_ folder: URL) throws {
        let rows = (0..<60).map { i in
            "r\(i),\(i % 3),\(i * 37 % 41),\(i * 53 % 29),\(i % 3 * 4 + i * 7 % 5)"
        }
        try Data(("name,label,f1,f2,f3\n" + rows.joined(separator: "\n")).utf8).write(
            to: folder.appending(path: "t.csv"))
        _ = try Program.run(
            "reproduce --part table --table t.csv --replicates 3 --table-epochs 5 --hidden 30 "
                + "--retrain-epochs 0 --threads 1 --out study", in: folder)
        // Written again below, from the records alone.
        try FileManager.default.removeItem(at: folder.appending(path: "study/report"))
    }

    /// The first training as `table-replicates.csv` has it: pairs under 45 degrees, accuracy in
    /// percent before and after they were merged.
    private func firstRun(_ folder: URL) throws -> (pairs: String, before: Double, after: Double) {
        let text = try text(folder, "study/table-replicates.csv")
        let lines = text.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let names = try #require(lines.first)
        let wanted = [
            "protocol": "as-paper", "optimizer": "sgd", "replicate": "0", "reduction": "similar",
            "bound": "45",
        ]
        let records = lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(names, $0)) }
        let run = try #require(
            records.first { record in wanted.allSatisfy { record[$0.key] == $0.value } })
        return (
            try #require(run["pairs_taken"]), try #require(run["before"].flatMap(Double.init)),
            try #require(run["after"].flatMap(Double.init))
        )
    }

    private func text(_ folder: URL, _ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    @Test(.enabled(if: hasFigures, "the page's JavaScript is missing: scripts/setup"))
    func thePageAndTheTablesSayWhatTheRecordsSay() throws {
        try withFolder { folder in
            try study(folder)
            let run = try firstRun(folder)
            let output = try Program.run("report study", in: folder).output
            #expect(output.hasSuffix("/study/report/index.html\n"), "\(output)")
            #expect(output.split(separator: "\n").count == 1)
            let (before, after) = (
                String(format: "%.2f", run.before), String(format: "%.2f", run.after)
            )
            let pairs = "\(run.pairs) pairs less than 45 degrees"
            let tables = try text(folder, "study/report/tables.md")
            #expect(tables.contains("| SGD run 1 | \(pairs) | \(before) | \(after) |"))
            let page = try text(folder, "study/report/index.html")
            let cells = "<td>\(pairs)</td><td class=\"num\">\(before)</td><td>\(after)</td>"
            #expect(page.contains("SGD run 1</td>" + cells), "\(cells)")
            let claims = try text(folder, "study/report/claims.csv")
            #expect(claims.hasPrefix("section,claim,statement,"))
            #expect(claims.contains("table-mean-accuracy"))
        }
    }

    @Test(.enabled(if: hasFigures, "the page's JavaScript is missing: scripts/setup"))
    func elsewhereAndWithEveryTable() throws {
        try withFolder { folder in
            try study(folder)
            let run = try firstRun(folder)
            let lines = try Program.run("report study --out page --tables", in: folder).output
                .split(separator: "\n")
            #expect(lines.last?.hasSuffix("/page/index.html") == true)
            let row = lines.first { $0.contains("SGD run 1 ") }
            #expect(row?.contains("\(run.pairs) pairs less than 45 degrees") == true)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
                    == ["page", "study", "t.csv"])
            let page = try #require(lines.last.map { URL(fileURLWithPath: String($0)) })
            #expect(try text(page.deletingLastPathComponent(), "claims.csv").contains("untested"))
        }
    }
}
