import Foundation
import Testing

@testable import Formats

@Suite struct FeatureTableTests {
    private static let sfew = FormatsFixture.folder.deletingLastPathComponent()
        .appendingPathComponent("sfew-layout.xlsx")

    private func table(_ csv: String, _ layout: FeatureLayout = FeatureLayout()) throws
        -> FeatureTable
    {
        try FeatureTable(CSVReader.read(Data(csv.utf8), file: "t.csv"), layout: layout)
    }

    // MARK: The reference study's table

    @Test func readsTheReferenceTable() throws {
        let table = try FeatureTable.read(Self.sfew)
        #expect(table.rowsInFile == 675 && table.rows.count == 674)
        #expect(table.classes.count == 7 && table.classes[1] == "disgust")
        let counts = table.classes.indices.map { label in table.rows.count { $0.label == label } }
        #expect(counts == [100, 75, 99, 100, 100, 100, 100])
        #expect(table.blocks.map(\.range) == [0..<5, 5..<10])
        #expect(table.blocks[0].name.contains("LPQ") && table.blocks[1].name.contains("PHOG"))
        #expect(table.featureNames.count == 10 && Set(table.featureNames).count == 10)
        let first = try #require(table.rows.first)
        #expect(first.number == 2 && first.name == "FilmA0_002522940_00000027.mat")
        #expect(first.group == "FilmA0" && first.label == 0)
        #expect(first.features[0] == 0.00089702 && first.features[9] == 0.0013923)
        #expect(Set(table.rows.map(\.group)).count == 58)
    }

    /// Row 207 is dropped for both of its faults; twelve rows are doubtful and stay.
    @Test func reportsTheReferenceTablesDefects() throws {
        let table = try FeatureTable.read(Self.sfew)
        let dropped = table.findings.filter { !$0.isKept }
        #expect(dropped.map(\.row) == [207])
        #expect(dropped.first?.name == "FilmB7_000795661_00000015.mat")
        let reason = dropped.first?.reason ?? ""
        #expect(reason.contains("H207, I207, J207, K207, L207 hold 'NaN' where a number belongs"))
        #expect(reason.contains("C207 holds 0.99401, 148 robust standard deviations"))
        let kept = table.findings.filter(\.isKept)
        #expect(kept.map(\.row) == [17, 18, 168, 169, 196, 197, 217, 369, 370, 527, 528, 617])
        let labels = kept.filter { $0.reason.contains("under another label") }
        #expect(labels.map(\.row) == [217, 617])
        #expect(labels.first?.reason.contains("in row 617") == true)
        #expect(labels.first?.reason.contains("(fear here, surprise there)") == true)
    }

    /// The same table as CSV gives the same rows.
    @Test func readsTheReferenceTableAsCSV() throws {
        let sheet = try Sheet.read(Self.sfew)
        let rows = sheet.rows.map { row in (0..<12).map { row[$0].shown } }
        let csv = try CSVReader.read(Data(CSVWriter.text(rows).utf8), file: "t.csv")
        #expect(FeatureLayout.isSFEW(csv) && FeatureLayout.isSFEW(sheet))
        let table = try FeatureTable(csv, layout: .sfew)
        #expect(try table.rows.map(\.features) == FeatureTable.read(Self.sfew).rows.map(\.features))
    }

    // MARK: Other tables

    @Test func findsBlocksByStem() throws {
        let table = try table(
            "Name,label,lpq1,lpq2,phog_1,phog_2,age\nx,b,1,2,3,4,5\ny,a,5,6,7,8,9")
        #expect(table.classes == ["a", "b"] && table.rows.map(\.label) == [1, 0])
        #expect(table.blocks.map(\.name) == ["lpq", "phog", "age"])
        #expect(table.blocks.map(\.range) == [0..<2, 2..<4, 4..<5])
        #expect(table.featureNames == ["lpq1", "lpq2", "phog_1", "phog_2", "age"])
        #expect(table.rows.map(\.name) == ["x", "y"] && table.rows.allSatisfy { $0.group == nil })
        #expect(table.rows[1].features == [5, 6, 7, 8, 9] && table.findings.isEmpty)
    }

    @Test func takesTheColumnsItIsTold() throws {
        var layout = FeatureLayout()
        (layout.label, layout.name, layout.group) = ("class", "file", "person")
        layout.features = .columns([.init("two", ["F3", "f1"]), .init("one", ["f2"])])
        let csv = "f1,f2,f3,note,class,file,person\n1,2,3,hm,10,a.png,P\n4,5,6,hm,9,b.png,"
        let table = try table(csv, layout)
        #expect(table.rows.map(\.features) == [[3, 1, 2], [6, 4, 5]])
        #expect(
            table.blocks == [.init(name: "two", range: 0..<2), .init(name: "one", range: 2..<3)])
        #expect(table.classes == ["9", "10"] && table.rows.map(\.label) == [1, 0])
        #expect(table.rows.map(\.group) == ["P", nil])
        #expect(table.findings.map(\.description) == ["row 3 (b.png) kept: it has no group"])
        layout.features = .prefixes(["f"])
        layout.name = nil
        #expect(
            refusal { try self.table(csv, layout) }.contains("would use a column twice") == false)
    }

    @Test func takesPrefixes() throws {
        var layout = FeatureLayout()
        layout.features = .prefixes(["phog", "LPQ"])
        layout.groupPattern = "^(.+?)_"
        let table = try table(
            "name,lpq a,label,phog,x\nA_1,1,u,2,no\nB_1,3,v,4,no\nB2,5,v,6,no", layout)
        #expect(table.rows.map(\.features) == [[2, 1], [4, 3], [6, 5]])
        #expect(table.rows.map(\.group) == ["A", "B", nil])
        #expect(table.findings.map(\.row) == [4])
    }

    @Test func reportsRowByRow() throws {
        let csv = """
            name,label,f1,f2
            a,1,0.5,1
            b,1,x,
            c,,1,2
            d,2,1
            e,2,3,4
            e,1,3,4
            g,1,3,4

            h,2.0,8,9
            """
        let table = try table(csv)
        #expect(table.classes == ["1", "2"])
        #expect(table.rows.map(\.name) == ["a", "e", "e", "g", "h"])
        #expect(table.rows.map(\.label) == [0, 1, 0, 0, 1])
        #expect(table.rowsInFile == 8)
        #expect(
            table.findings.map(\.description) == [
                "row 3 (b) dropped: C3, D3 hold 'x' where a number belongs",
                "row 4 (c) dropped: its label is ''",
                "row 5 (d) dropped: D5 holds nothing where a number belongs; has 3 fields, "
                    + "the header has 4",
                "row 6 (e) kept: the same picture is in row 7 under another label (2 here, 1 "
                    + "there), with the same features; has the same features as row 8 (g)",
                "row 7 (e) kept: the same picture is in row 6 under another label (1 here, 2 "
                    + "there), with the same features; has the same features as row 8 (g)",
                "row 8 (g) kept: has the same features as row 6 (e)",
            ])
    }

    /// The rule for outliers, at its edge: values 1 to 9 have median 5, median deviation 2.
    @Test func dropsOutliersByTheRule() throws {
        let scale = 1.4826 * 2
        for (limit, isOutlier) in [(100 / scale - 0.001, true), (100 / scale + 0.001, false)] {
            var layout = FeatureLayout()
            (layout.outliers, layout.outlierLimit) = (.drop, limit)
            let values = [1, 2, 3, 4, 5, 6, 7, 8, 105]
            let rows = values.map { "\($0 % 2),\($0),7" }
            let table = try table("label,f1,g1\n" + rows.joined(separator: "\n"), layout)
            #expect(table.rows.count == (isOutlier ? 8 : 9))
            #expect(table.findings.count { !$0.isKept } == (isOutlier ? 1 : 0))
            layout.outliers = .keep
            let kept = try self.table("label,f1,g1\n" + rows.joined(separator: "\n"), layout)
            #expect(kept.rows.count == 9)
            #expect(kept.findings.contains { $0.reason.contains("B10 holds 105.0") } == isOutlier)
        }
        #expect(FeatureTable.median([3, 1, 2]) == 2 && FeatureTable.median([4, 1]) == 2.5)
        #expect(FeatureTable.median([]) == nil)
    }

    /// A label that only dropped rows have is no class.
    @Test func takesClassesFromKeptRows() throws {
        let table = try table("label,f1,f2\n1,2,3\n7,x,3\n9,1\n2,3,4")
        #expect(table.classes == ["1", "2"] && table.rowsInFile == 4)
        var layout = FeatureLayout()
        layout.classes = ["cat", "dog"]
        let named = try self.table("label,f\ndog,1\n1,2\n2.0,3\nbird,4\n3,5", layout)
        #expect(named.rows.map(\.label) == [1, 0, 1])
        #expect(named.findings.map(\.reason) == ["its label is 'bird'", "its label is '3'"])
    }

    /// A cell at the end of the sheet makes no columns and takes no memory.
    @Test func ignoresStrayCells() throws {
        let rows = [["label", "f"], ["1", "2"], ["2", "3"], ["1", "4"]].enumerated().map {
            index, row in
            var cells = row.enumerated().map { (column: $0, cell: Cell.text($1)) }
            if index == 2 { cells.append((16_383, .text("stray"))) }
            return Sheet.Row(number: index + 1, cells: cells)
        }
        let sheet = Sheet(file: "t.xlsx", name: "S", rows: rows)
        #expect(try FeatureTable(sheet, layout: FeatureLayout()).featureNames == ["f"])
    }

    @Test func namesTheColumnsThatAreThere() {
        var layout = FeatureLayout()
        layout.label = "class"
        let message = refusal { try table("name,label,f\na,1,2", layout) }
        #expect(
            message.contains("t.csv: has no column 'class'; expected columns among 'name', 'label'")
        )
        #expect(refusal { try table("label,label,f\n1,1,2") }.contains("has 2 columns 'label'"))
        #expect(refusal { try table("name,label\na,1") }.contains("has no feature columns"))
        #expect(refusal { try table("label,f\n1,x\n2,y") }.contains("has no usable row among 2"))
        #expect(refusal { try table("label,f") }.contains("has no usable row among 0"))
        layout = FeatureLayout()
        layout.groupPattern = "("
        #expect(refusal { try table("label,f\n1,2", layout) }.contains("cannot be grouped by '('"))
        layout.groupPattern = nil
        layout.features = .prefixes(["zz"])
        #expect(refusal { try table("label,f\n1,2", layout) }.contains("that starts with 'zz'"))
        layout.features = .columns([.init("a", ["f"]), .init("b", ["f"])])
        #expect(refusal { try table("label,f\n1,2", layout) }.contains("use a column twice"))
    }
}
