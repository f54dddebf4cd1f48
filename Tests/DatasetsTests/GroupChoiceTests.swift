import Formats
import Foundation
import Testing

@testable import Datasets

struct GroupChoiceTests {
    private let files = ["x/a_0001.jpg", "x/a_0002.jpg", "y/b_0001.jpg", "y/c_0001.jpg"]

    private func groups(_ text: String, _ copies: [(Int, Int)] = []) throws -> (String, [[Int]]) {
        let (name, grouping) = try GroupChoice.parse(text).groups(of: files, classCount: 2) {
            copies
        }
        let members = Dictionary(grouping: files.indices) { grouping.ids[$0] }
        return (name, members.values.sorted { $0[0] < $1[0] })
    }

    @Test func everySpelling() throws {
        #expect(try groups("none", [(0, 3)]) == ("none", [[0], [1], [2], [3]]))
        #expect(
            try groups("near-duplicates", [(0, 3)]) == ("near-duplicates", [[0, 3], [1], [2]]))
        #expect(try groups("lfw") == ("lfw", [[0, 1], [2], [3]]))
        #expect(try groups("path:^(.)").1 == [[0, 1], [2, 3]])
        #expect(try groups("auto") == ("none", [[0], [1], [2], [3]]))
        #expect(try groups("auto", [(1, 2)]) == ("near-duplicates", [[0], [1, 2], [3]]))
    }

    @Test func refusesOtherSpellings() {
        for text in ["lfv", "column:", "column:a.csv", "column:a.csv:", "column::b", "name:("] {
            #expect(throws: DatasetError.self) { _ = try GroupChoice.parse(text) }
        }
        let error = #expect(throws: DatasetError.self) { _ = try GroupChoice.parse("lfv") }
        #expect(error?.description.contains("column:FILE.csv:COLUMN") == true)
    }

    @Test func columnsOfATable() throws {
        try withScratch { scratch in
            func choice(_ table: String, _ column: String = "person") throws -> (String, [[Int]]) {
                try scratch.write(Data(table.utf8), "people.csv")
                return try groups("column:\(scratch.path)/people.csv:\(column)")
            }
            let rows = "x/a_0001.jpg,5,tom\na_0002.jpg,6,ann\nb_0001.jpg,7,tom\nc_0001.jpg,8, eve\n"
            let (name, found) = try choice("file,age,person\n" + rows)
            #expect(found == [[0, 2], [1], [3]])
            #expect(name.hasPrefix("column person (SHA-256 "))
            #expect(try choice("file,x,person\n" + rows).0 == name)
            let other = rows.replacing("ann", with: "tom")
            #expect(try choice("file,age,person\n" + other).0 != name)
            func refusal(_ table: String, _ column: String = "person") -> String {
                let error = #expect(throws: DatasetError.self) { _ = try choice(table, column) }
                return error?.description ?? ""
            }
            #expect(refusal("file,age,person\n" + rows, "film").contains("file, age, person"))
            #expect(refusal("file,age,person\n" + rows, "file").contains("no column 'file'"))
            #expect(refusal("file,age,person\na_0001.jpg,5,\n").contains("line 2"))
            #expect(refusal("file,age,person\na_0001.jpg,5,tom\n").contains("'x/a_0002.jpg'"))
            #expect(
                refusal("file,age,person\n" + rows + "c_0001.jpg,9,zoe\n")
                    .contains("in 'eve' and in 'zoe'"))
            #expect(refusal("").contains("empty"))
        }
        let error = #expect(throws: DatasetError.self) { _ = try groups("column:no.csv:a") }
        #expect(error?.description.contains("no.csv: cannot be opened") == true)
    }
}
