import Foundation

/// Tables of features as spreadsheets and programs write them.
extension InputTrouble {
    private static func table(
        _ name: String, _ file: String, _ more: String = "", status: Int32 = 0, says: [String],
        never: [String] = []
    ) -> InputTrouble {
        InputTrouble(
            name, "distinctiveness --table \(file) --hidden 3 --table-epochs 1 --threads 1 " + more,
            status: status, says: says, never: never
        ) { try TroubleFiles.fixture(file, to: $0) }
    }

    static let tables: [InputTrouble] = [
        table(
            "a column that numbers the rows", "noise_index.csv",
            says: [
                "180 of 180 rows",
                "column A (without a header) numbers the rows, and is no feature",
            ]),
        table("semicolons", "semi.csv", says: ["90 of 90 rows", "separated by semicolons"]),
        table("tabs", "tab.tsv", says: ["90 of 90 rows", "separated by tabs"]),
        table(
            "labels that differ by case", "case_label.csv",
            says: ["the labels 'Happy' (5 rows), 'happy' (25 rows) differ only in form"]),
        table(
            "notes on the first sheet", "firstsheet_notes.xlsx",
            says: ["sheet 'Sheet' is read; beside it: 'notes'"]),
        table(
            "a hidden first sheet", "hiddenfirst.xlsx",
            says: ["sheet 'Sheet' is read; beside it: 'hiddendata' (hidden)"]),
        table(
            "a sheet by its name", "firstsheet_notes.xlsx", "--sheet notes", status: 1,
            says: ["has no column 'label'"]),
        table(
            "a sheet that there is not", "firstsheet_notes.xlsx", "--sheet data", status: 1,
            says: ["has the sheets 'notes', 'Sheet'; expected a sheet 'data'"]),
        InputTrouble(
            "decimal commas and a line that says the separator",
            "distinctiveness --table t.csv --hidden 3 --table-epochs 1 --threads 1",
            says: ["40 of 40 rows", "its numbers have decimal commas"]
        ) { folder in
            let rows = (0..<40).map {
                "p\($0);\($0 % 2 == 0 ? "x" : "y");\($0),5;-\($0 * 7 % 13),25;1,\($0)"
            }
            try Data(("sep=;\r\nname;label;f1;f2;f3\r\n" + rows.joined(separator: "\r\n")).utf8)
                .write(to: folder.appending(path: "t.csv"))
        },
    ]
}
