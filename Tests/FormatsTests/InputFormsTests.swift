import Foundation
import Testing

@testable import Formats

/// Tables and archives in the forms in which other programs write them.
struct InputFormsTests {
    private func table(_ text: String) throws -> FeatureTable {
        try FeatureTable(CSVReader.read(Data(text.utf8), file: "t.csv"), layout: FeatureLayout())
    }

    @Test(arguments: [
        ("a,b\n1,2\n", ","), ("a;b\n1;2\n", ";"), ("a\tb\n1\t2\n", "\t"), ("a|b\n1|2\n", "|"),
        ("a;b\n1,5;2,5\n", ";"), ("\"a;x\",b\n1,2\n", ","), ("a\n1\n", ","),
        ("a,b\nx;y,2\n", ","), ("sep=;\na;b,c\n", ";"), ("sep=\t\r\na\tb\r\n", "\t"),
    ])
    func separators(_ text: String, _ separator: String) throws {
        let found = try CSVReader.read(Data(text.utf8), file: "t.csv")
        let said = text.hasPrefix("sep=")
        let lines = text.split(whereSeparator: \.isNewline).dropFirst(said ? 1 : 0).map(String.init)
        let asked = try CSVReader.read(
            Data(lines.joined(separator: "\n").utf8), file: "t.csv",
            delimiter: Character(separator))
        #expect(
            found.rows.map { row in (0..<row.width).map { row[$0] } }
                == asked.rows.map { row in (0..<row.width).map { row[$0] } })
        #expect(found.notes.isEmpty == (separator == ","))
        #expect(found.rows.first?.number == (said ? 2 : 1))
    }

    @Test func decimalCommas() throws {
        let read = try table("name;label;f1;f2\na;x;0,5;1\nb;y;-1,25;2e0\n")
        #expect(read.rows.map(\.features) == [[0.5, 1], [-1.25, 2]])
        #expect(read.notes.contains("its numbers have decimal commas"))
        // Points elsewhere, or what may be thousands: nothing is guessed.
        let mixed = try table("label;f1;f2\nx;0.5;1\ny;1,25;2\nx;1.5;2\n")
        #expect(mixed.rows.count == 2 && mixed.notes.contains { $0.contains("others have points") })
        let thousands = try table("label;f1;f2\nx;1,250;1\ny;2;2\nx;3;2\n")
        #expect(
            thousands.rows.count == 2
                && thousands.notes.contains { $0.contains("may part thousands") })
    }

    @Test(arguments: ["", "id", "ID", "index", "Unnamed: 0", "picture_id", "#"])
    func columnsThatNumberRows(_ header: String) throws {
        let text = "\(header),name,label,f1\n3,a,x,0.5\n1,b,y,1.5\n"
        let read = try table(text)
        #expect(read.featureNames == ["f1"])
        #expect(read.notes.contains { $0.hasSuffix("numbers the rows, and is no feature") })
    }

    @Test func aColumnThatCountsUpNumbersRows() throws {
        let rows = (0..<12).map { "\($0 + 5),x,\($0 * $0 % 7)" }.joined(separator: "\n")
        let read = try table("order,label,f1\n" + rows)
        #expect(read.featureNames == ["f1"])
        // Few rows count up by chance.
        let few = try table("order,label,f1\n1,x,2\n2,y,3\n3,x,5\n")
        #expect(few.featureNames == ["order", "f1"] && few.notes.isEmpty)
    }

    @Test func aColumnThatIsAskedForIsTaken() throws {
        var layout = FeatureLayout()
        layout.features = .prefixes(["id"])
        let sheet = try CSVReader.read(Data("id,label\n1,x\n2,y\n".utf8), file: "t.csv")
        #expect(try FeatureTable(sheet, layout: layout).featureNames == ["id"])
    }

    @Test func labelsInTwoForms() throws {
        let read = try table("label,f1\nHappy,1.5\nhappy,2.5\nsad,0.5\n")
        #expect(read.classes == ["Happy", "happy", "sad"])
        #expect(
            read.notes == [
                "the labels 'Happy' (1 rows), 'happy' (1 rows) differ only in form, and are taken for 2 classes: "
                    + "write them alike if they are one"
            ])
    }

    @Test(arguments: [0, 1, 22, 65_000, 70_000, 900_000])
    func bytesBehindAZip(_ count: Int) throws {
        for name in ["deflated.zip", "zip64.zip", "network.pth", "small.xlsx"] {
            let plain = try FormatsFixture.data(name)
            let whole = try ZipArchive(plain, file: name)
            let longer = try ZipArchive(plain + Data(count: count), file: name)
            #expect(longer.entries == whole.entries)
        }
    }

    @Test func aZipThatWasCutOffIsStillOne() throws {
        let plain = try FormatsFixture.data("network.pth")
        for count in stride(from: 100, to: plain.count, by: 137) {
            #expect(throws: FormatError.self) {
                _ = try ZipArchive(plain.prefix(count), file: "f")
            }
        }
    }

    @Test func aWebPThatWasCutOffIsNoPicture() throws {
        for name in ["lossy.webp", "lossless.webp"] {
            let data = try Data(
                contentsOf: URL(fileURLWithPath: imagesFixture("images_codecs/\(name)")))
            for count in stride(from: 12, to: data.count - 1, by: 31) {
                #expect(throws: PictureError.self) {
                    _ = try Picture(data: data.prefix(count), named: name)
                }
            }
        }
    }
}
