import Core
import Formats
import Foundation
import Testing

@testable import Reports
@testable import Studies

@Suite struct PageTests {
    private func page(_ records: StudyRecords) throws -> String {
        try Page(
            contents: ReportContents(records, machine: "here"),
            bundle: "window.vegaEmbed = null;", files: [:], drawings: [:]
        ).html()
    }

    /// Both protocols and the table, read from folders as winnow reproduce leaves them.
    @Test func thePageHoldsEverything() throws {
        try ReportFixture.withFolder { folder in
            try ReportFixture.write(ReportFixture.report(), folder, "leak-free")
            try ReportFixture.write(ReportFixture.report(leaks: true), folder, "as-paper")
            try ReportFixture.writeTable(folder)
            try ReportFixture.writeStudy(folder)
            let records = try StudyRecords.read(folder)
            #expect(records.pictures.map(\.label) == ["leak-free", "as-paper"])
            let html = try page(records)
            for number in 1...5 { #expect(html.contains("id=\"table-\(number)\"")) }
            for number in 1...6 {
                #expect(html.contains("<h3 id=\"fig-\(number)\">"))
                for label in ["leak-free", "as-paper"] {
                    #expect(html.contains("class=\"plot\" id=\"fig-\(number)-\(label)\""))
                    #expect(html.contains("id=\"spec-fig-\(number)-\(label)\""))
                }
            }
            let claims =
                PictureClaims.all.map { $0.claim(on: TicketEvidence([])) }
                + (records.table?.study.claims ?? []).map(\.claim)
            #expect(Set(claims.map(\.subject)) == [.pictures, .table])
            for claim in claims { #expect(html.contains(HTML.escaped(claim.statement))) }
            #expect(html.contains("What the protocol is worth on pictures"))
            #expect(html.contains("class=\"plot\" id=\"beyond-1-leak-free\""))
            // The page opens with the sentence and the picture of what leaks nothing.
            let opening = try #require(html.range(of: "class=\"plot\" id=\"summary-a-leak-free\""))
            let next = try #require(html.range(of: "<h2"))
            #expect(opening.upperBound < next.lowerBound)
            #expect(html.contains("class=\"plot\" id=\"summary-a-as-paper\""))
            #expect(html.contains("Compression and speed") && html.contains("1.25x"))
            #expect(html.contains("n = 3 seeds: verdicts need 6"))
            // Nothing is fetched.
            #expect(!html.contains("src=\"http") && !html.contains("@import"))
        }
    }

    /// Text of a record is text on the page, whatever it holds.
    @Test func hostileTextIsHarmless() throws {
        let evil = "</script><script>alert(1)</script><img src=x onerror='x'>"
        let report = try ReportFixture.report(conditions: [evil, "Protocol: \(evil)"])
        let records = StudyRecords(
            pictures: [
                PictureResult(label: evil, report: report, file: evil, written: nil)
            ], table: nil)
        let html = try page(records)
        #expect(!html.contains("<script>alert") && !html.contains("<img src=x"))
        #expect(html.contains("&lt;script&gt;alert"))
        #expect(html.contains("<h1>"))
        let figure = try #require(FigurePlan.groups(records.pictures).first?.figures.first)
        #expect(figure.id.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") })
    }

    @Test func picturesAloneSayThatTablesAreMissing() throws {
        let records = StudyRecords(
            pictures: [ReportFixture.result(try ReportFixture.report())], table: nil)
        let html = try page(records)
        #expect(html.contains("Tables 1 to 5 are missing"))
    }

    @Test func latexIsEscaped() {
        #expect(
            LaTeX.escaped("a_b & 50% #1 $x {y} \\z ~^ <3 [1, 2]")
                == "a\\_b \\& 50\\% \\#1 \\$x \\{y\\} \\textbackslash{}z "
                + "\\textasciitilde{}\\textasciicircum{} $<$3 {[}1, 2{]}")
        let table = TextTable(
            title: "50% & more", header: ["a", "b"], rows: [["x_1", "2"], ["y"]])
        let text = LaTeX.text([ReportTable(table)])
        #expect(text.contains("\\begin{tabular}{lr}") && text.contains("x\\_1 & 2 \\\\"))
        let long = TextTable(
            title: "T", header: ["a", "b"], rows: [["x", String(repeating: "y ", count: 30)]])
        #expect(LaTeX.text([ReportTable(long)]).contains("{lp{0.85\\linewidth}}"))
        // A short row is filled up.
        #expect(text.contains("y &  \\\\") && text.contains("\\caption{50\\% \\& more}"))
    }
}

@Suite struct StudyRecordsTests {
    private func refused(_ folder: URL, _ word: String) {
        #expect {
            try StudyRecords.read(folder)
        } throws: { error in
            "\(error)".contains(word) && error is FormatError
        }
    }

    @Test func emptyFoldersAreRefused() throws {
        try ReportFixture.withFolder { folder in
            refused(folder, "holds no tickets.json and no table.json")
            refused(folder.appending(path: "none"), "cannot be listed")
        }
    }

    @Test func damagedRecordsAreRefused() throws {
        try ReportFixture.withFolder { folder in
            let url = folder.appending(path: "tickets.json")
            let whole = try JSONEncoder().encode(try ReportFixture.report(seeds: 1))
            for bytes in [Data(), Data("{}".utf8), whole.prefix(whole.count / 2), Data("[".utf8)] {
                try bytes.write(to: url)
                refused(folder, "is not a whole record")
            }
        }
    }

    /// Numbers that no study finds never reach the arithmetic.
    @Test func impossibleNumbersAreRefused() throws {
        let changes = [
            ("\"kept\":50", "\"kept\":5000", "keeps more weights"),
            ("\"angle\":45", "\"angle\":1e300", "angle outside"),
            ("\"amount\":0.5", "\"amount\":-2", "amount outside"),
            ("\"accuracy\":0.59", "\"accuracy\":59", "accuracy outside"),
            ("\"seed\":1", "\"seed\":0", "twice"),
        ]
        for (old, new, fault) in changes {
            try ReportFixture.withFolder { folder in
                let whole = try JSONEncoder().encode(try ReportFixture.report(amounts: [0.5]))
                let text = String(decoding: whole, as: UTF8.self)
                #expect(text.contains(old), "\(old)")
                try Data(text.replacingOccurrences(of: old, with: new).utf8)
                    .write(to: folder.appending(path: "tickets.json"))
                refused(folder, fault)
            }
        }
    }

    /// Two results of one protocol are told apart by their folders.
    @Test func resultsOfOneProtocolGetNames() throws {
        try ReportFixture.withFolder { folder in
            for name in ["resnet18", "resnet34"] {
                try ReportFixture.write(ReportFixture.report(seeds: 1), folder, name)
            }
            let labels = try StudyRecords.read(folder).pictures.map(\.label)
            #expect(labels == ["leak-free, resnet18", "leak-free, resnet34"])
        }
    }
}
