import Foundation
import Testing

@testable import Formats

@Suite struct XlsxReaderTests {
    /// What openpyxl read in a sheet: each cell's name, kind and value.
    private struct Expected: Decodable {
        let sheet: String
        let cells: [[String]]
        let merged: [String]
    }

    private func text(_ cell: Cell) -> [String]? {
        switch cell {
        case .empty: nil
        case .number(let value): ["number", "\(value)"]
        case .text(let text): ["text", text]
        case .bool(let value): ["bool", value ? "True" : "False"]
        case .error(let text): ["error", text]
        }
    }

    /// Every cell of every sheet, and no other, is what openpyxl reads.
    @Test func readsWhatOpenpyxlReads() throws {
        let all = try JSONDecoder().decode(
            [String: [Expected]].self, from: FormatsFixture.data("sheets.json"))
        #expect(all.count == 2)
        for (file, sheets) in all {
            for expected in sheets {
                let sheet = try Sheet.read(FormatsFixture.url(file), sheet: expected.sheet)
                #expect(sheet.name == expected.sheet)
                let cells = sheet.rows.flatMap { row in
                    row.columns.compactMap { column in
                        text(row[column]).map { [Sheet.columnName(column) + "\(row.number)"] + $0 }
                    }
                }
                let numbers = expected.cells.map { cell in
                    cell[1] == "number" ? [cell[0], cell[1], "\(Double(cell[2]) ?? .nan)"] : cell
                }
                #expect(cells == numbers, "\(file)")
                let merged = sheet.merged.map { range in
                    CellReference(row: range.rows.lowerBound, column: range.columns.lowerBound).name
                        + ":"
                        + CellReference(
                            row: range.rows.upperBound, column: range.columns.upperBound
                        )
                        .name
                }
                #expect(merged == expected.merged)
            }
        }
    }

    @Test func takesTheFirstSheetUnlessOneIsNamed() throws {
        let url = FormatsFixture.url("small.xlsx")
        #expect(try Sheet.read(url).name == "Features")
        let message = refusal { try Sheet.read(url, sheet: "Third") }
        #expect(message.contains("has the sheets 'Features', 'Second'; expected a sheet 'Third'"))
    }

    @Test func namesColumnsBothWays() {
        for column in 0..<CellReference.columnCount {
            let name = Sheet.columnName(column)
            #expect(CellReference("\(name)7") == CellReference(row: 7, column: column))
        }
        #expect(Sheet.columnName(16_383) == "XFD")
        for text in ["XFE1", "A0", "A", "1", "A1048577", "a1", "A1B", "AAAAAAAAAAAAAAAAA1", ""] {
            #expect(CellReference(text) == nil, "\(text)")
        }
    }

    // MARK: Hostile workbooks

    private static let relations = """
        <Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/s.xml"/>
        <Relationship Id="r2" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>
        """

    /// A workbook of one sheet with this XML.
    private func workbook(_ sheet: String, strings: String = "<sst><si><t>a</t></si></sst>") throws
        -> Data
    {
        let parts = [
            (
                "xl/workbook.xml",
                "<workbook><sheets><sheet name=\"S\" id=\"r1\"/></sheets></workbook>"
            ),
            ("xl/_rels/workbook.xml.rels", Self.relations), ("xl/sharedStrings.xml", strings),
            ("xl/worksheets/s.xml", sheet),
        ]
        return try FormatsFixture.inTemporaryFolder { folder in
            let url = folder.appendingPathComponent("w.xlsx")
            try AtomicFile.write(to: url) { sink in
                var zip = ZipWriter(sink, file: "w.xlsx")
                for (name, text) in parts { try zip.add(name, Data(text.utf8)) }
                try zip.finish()
            }
            return try Data(contentsOf: url)
        }
    }

    private func read(_ rows: String) throws -> Sheet {
        let sheet = "<worksheet><sheetData>\(rows)</sheetData></worksheet>"
        return try XlsxReader.read(workbook(sheet), file: "w.xlsx")
    }

    @Test func readsAWorkbookOfItsOwn() throws {
        let sheet = try read("<row><c t=\"s\"><v>0</v></c><c><v> 2 </v></c><c><v>NaN</v></c></row>")
        #expect(
            sheet.rows.map { [$0[0], $0[1], $0[2], $0[3]] }
                == [[.text("a"), .number(2), .error("NaN"), .empty]])
    }

    @Test func refusesDocumentTypesAndEntities() throws {
        let laughs =
            "<!DOCTYPE w [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><worksheet>&b;</worksheet>"
        let file = "<!DOCTYPE w SYSTEM \"file:///etc/passwd\"><worksheet/>"
        for sheet in [laughs, file] {
            let message = refusal { try XlsxReader.read(workbook(sheet), file: "w.xlsx") }
            #expect(message.contains("xl/worksheets/s.xml declares a document type or entities"))
        }
        let strings = try workbook("<worksheet/>", strings: "<!DOCTYPE x><sst/>")
        #expect(refusal { try XlsxReader.read(strings, file: "w") }.contains("sharedStrings.xml"))
        let latin = try workbook("<?xml version=\"1.0\" encoding=\"UTF-16\"?><worksheet/>")
        #expect(refusal { try XlsxReader.read(latin, file: "w") }.contains("not declared as UTF-8"))
    }

    @Test func refusesCellsOutOfPlace() {
        for (rows, found) in [
            ("<row r=\"0\"/>", "the row '0' after row 0"), ("<row r=\"x\"/>", "the row 'x'"),
            ("<row r=\"3\"/><row r=\"3\"/>", "the row '3' after row 3"),
            ("<row r=\"1048577\"/>", "the row '1048577'"),
            ("<row r=\"1\"><c r=\"A2\"/></row>", "cell 'A2' out of place in row 1"),
            ("<row r=\"1\"><c r=\"B1\"/><c r=\"B1\"/></row>", "cell 'B1' out of place"),
            ("<row r=\"1\"><c r=\"XFE1\"/></row>", "cell 'XFE1' out of place"),
            ("<row r=\"1\"><c r=\"XFD1\"/><c/></row>", "cell '?' out of place"),
            (
                "<row><c t=\"s\"><v>1</v></c></row>",
                "A1 refers to shared string '1'; expected one of 1"
            ),
            ("<row><c t=\"s\"><v>-1</v></c></row>", "shared string '-1'"),
            (
                "</sheetData><mergeCells><mergeCell ref=\"B1:A1\"/></mergeCells><sheetData>",
                "'B1:A1'"
            ),
            ("<row>", "is not XML, or ends early"),
        ] {
            #expect(refusal { try read(rows) }.contains(found), "\(rows)")
        }
    }

    @Test func refusesPartsThatAreMissingOrTooLarge() throws {
        let zip = try FormatsFixture.data("deflated.zip")
        #expect(refusal { try XlsxReader.read(zip, file: "w") }.contains("without xl/workbook.xml"))
        var bytes = try [UInt8](FormatsFixture.data("raw.xlsx"))
        let name = Array("xl/worksheets/s.xml".utf8)
        // The directory's entry, the last place with the name, says 100 MiB.
        let place = try #require(bytes.indices.last { bytes[$0...].starts(with: name) }) - 46
        bytes.replaceSubrange(place + 24..<place + 28, with: littleEndian([UInt32(100 << 20)]))
        let message = refusal { try XlsxReader.read(Data(bytes), file: "w") }
        #expect(message.contains("unpacks to 104,857,600 bytes; expected at most 67,108,864"))
    }

    @Test func refusesEveryTruncation() throws {
        let data = try FormatsFixture.data("raw.xlsx")
        for count in 0..<data.count {
            _ = refusal { try XlsxReader.read(data.prefix(count), file: "raw.xlsx") }
        }
    }

    /// Nesting must not overflow the stack.
    @Test func refusesDeepNesting() {
        let message = refusal { try read(String(repeating: "<a>", count: 100_000)) }
        #expect(message.contains("is not XML, or ends early"))
    }
}
