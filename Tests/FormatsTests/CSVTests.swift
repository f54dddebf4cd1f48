import Foundation
import Testing

@testable import Formats

@Suite struct CSVTests {
    private func read(_ text: String, delimiter: Character = ",") throws -> Sheet {
        try CSVReader.read(Data(text.utf8), file: "t.csv", delimiter: delimiter)
    }

    private func fields(_ sheet: Sheet) -> [[String]] {
        sheet.rows.map { row in (0..<row.width).map { row[$0].shown } }
    }

    @Test func readsQuotesLineEndsAndTheByteOrderMark() throws {
        let text = "\u{FEFF}a,\"b, \"\"c\"\"\r\nd\",\r\n\r\n1,,\"\"\nx,y,z\rlast,é,"
        let sheet = try read(text)
        #expect(
            fields(sheet) == [
                ["a", "b, \"c\"\r\nd", ""], ["1", "", ""], ["x", "y", "z"], ["last", "é", ""],
            ])
        #expect(sheet.rows.map(\.number) == [1, 4, 5, 6])
        #expect(fields(try read("a;b,c\n", delimiter: ";")) == [["a", "b,c"]])
        #expect(try read("").rows.isEmpty)
    }

    @Test func writesWhatItReads() throws {
        let rows = [
            ["plain", "with, comma", "with \"quotes\""], ["", " edge", "line\nend"], [""],
            ["carriage\rreturn", "é", "x"],
        ]
        #expect(fields(try read(CSVWriter.text(rows))) == rows)
        #expect(CSVWriter.text([["a", "b c", "d,e"]]) == "a,b c,\"d,e\"\n")
        try FormatsFixture.inTemporaryFolder { folder in
            let url = folder.appendingPathComponent("t.csv")
            try CSVWriter.write(rows, to: url)
            #expect(fields(try Sheet.read(url)) == rows)
        }
    }

    @Test func reportsRaggedRowsByLine() throws {
        let sheet = try read("a,b\n1,2\n\"x\ny\"\n1,2,3\n")
        let ragged = CSVReader.raggedRows(of: sheet)
        #expect(ragged.map(\.line) == [3, 5] && ragged.map(\.fields) == [1, 3])
        let message = refusal { try CSVReader.requireRectangular(sheet) }
        #expect(message.contains("has 2 rows of another length: line 3 has 1, line 5 has 3"))
        try CSVReader.requireRectangular(read("a,b\n1,2\n"))
    }

    @Test func refusesWhatIsNotCSV() {
        #expect(refusal { try read("a\n\"b\n\nc") }.contains("line 2 has a quote that is never"))
        #expect(refusal { try read("a\n\"b\"c") }.contains("line 2 has text after a closing quote"))
        #expect(refusal { try read("a\nb\"c") }.contains("line 2 has a quote inside a field"))
        #expect(refusal { try read("a\0b") }.contains("is UTF-16 or not text"))
        #expect(refusal { try read("a", delimiter: "\"") }.contains("cannot be split"))
        let latin = Data([0x61, 0x0A, 0xE9])
        let message = refusal { try CSVReader.read(latin, file: "t.csv") }
        #expect(message.contains("t.csv: line 2 is not UTF-8"))
    }

    @Test func takesOnlyDecimalTextForNumbers() {
        let numbers = ["1", " -2.5e3 ", "+.5"].map { Cell.text($0).number }
        #expect(numbers == [1, -2_500, 0.5])
        for text in ["NaN", "nan", "inf", "0x10", "1e999", "", "1,5", "e", "1 2"] {
            #expect(Cell.text(text).number == nil, "\(text)")
        }
    }
}
