import Foundation
import Testing

/// `winnow distinctiveness` as a person calls it.
@Suite(.enabled(if: Program.file != nil, "winnow is not beside the tests"))
struct DistinctivenessCallTests {
    /// A document's part that the tests look at.
    private struct Table: Decodable {
        let rows: [[String]]
    }

    private struct Study: Decodable {
        struct Step: Decodable {
            let units: [Int]
            let reason: String
        }
        let unitsLeft: Int
        let steps: [Step]
    }

    @Test func theExampleIsADocumentAndAFolderToo() throws {
        try withFolder { folder in
            let call = ["distinctiveness", "--example", "--json", "--out", "o"]
            let outcome = try Program.run(call, in: folder)
            #expect(outcome.status == 0, "\(outcome.error)")
            let tables = try JSONDecoder().decode([Table].self, from: Data(outcome.output.utf8))
            #expect(tables.first?.rows.count == 15)
            for row in tables.first?.rows ?? [] {
                let difference = try #require(Double(row[3]))
                #expect(abs(difference) <= 1.3, "\(row)")
            }
            for name in ["units.json", "units.md", "units.csv"] {
                let file = folder.appending(path: "o/\(name)")
                #expect(try !Data(contentsOf: file).isEmpty)
            }
        }
    }

    @Test(arguments: ["sigmoid", "tanh", "relu"], ["paper", "bias", "exact"])
    func everyActivationAndModeIsStudied(activation: String, mode: String) throws {
        try withFolder { folder in
            let rows = (0..<60).map { i in
                "r\(i),\(i % 3),\(i * 37 % 41),\(i * 53 % 29),\(i % 3 * 4 + i * 7 % 5)"
            }
            try Data(("name,label,f1,f2,f3\n" + rows.joined(separator: "\n")).utf8).write(
                to: folder.appending(path: "t.csv"))
            let call = [
                "distinctiveness", "--table", "t.csv", "--hidden", "12", "--table-epochs", "20",
                "--similar", "60", "--complementary", "120", "--activation", activation, "--mode",
                mode, "--json",
            ]
            let outcome = try Program.run(call, in: folder)
            #expect(outcome.status == 0, "\(outcome.error)")
            let study = try JSONDecoder().decode(Study.self, from: Data(outcome.output.utf8))
            #expect(study.unitsLeft < 12 && !study.steps.isEmpty)
            if study.steps.contains(where: { $0.reason.hasPrefix("cancels") }) {
                #expect(study.steps.contains { $0.reason.hasSuffix("(\(mode))") })
            }
        }
    }
}
