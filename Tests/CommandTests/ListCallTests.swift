import Foundation
import Testing

/// The commands that list, search and crop, as a person calls them.
@Suite(.enabled(if: Program.file != nil, "winnow is not beside the tests"))
struct ListCallTests {
    private struct Method: Decodable {
        let name: String
        let summary: String
        let reads: [String]
    }

    @Test func everyMethodIsListedWithItsOptions() throws {
        try withFolder { folder in
            let text = try Program.run("methods", in: folder).output.split(separator: "\n")
            let json = try Program.run("methods --json", in: folder).output
            let all = try JSONDecoder().decode([Method].self, from: Data(json.utf8))
            #expect(all.count == text.count)
            for (method, line) in zip(all, text) {
                #expect(line.hasPrefix(method.name + " ") && line.contains(method.summary))
            }
            #expect(all.contains { $0.name == "percentile" && $0.reads.contains("amount") })
        }
    }

    @Test func weightsAreListedAdoptedAndRefused() throws {
        try withFolder { folder in
            let place = ["WINNOW_CACHE": folder.path, "WINNOW_WEIGHTS_URL": "http://127.0.0.1:9"]
            func weights(_ call: String, status: Int32 = 0) throws -> Program.Outcome {
                try Program.run("weights " + call, in: folder, status: status, environment: place)
            }
            let list = try weights("").output.split(separator: "\n")
            #expect(list.count == 9 && list.allSatisfy { $0.hasSuffix("  not fetched") })
            let path = try weights("resnet18 --print-path").output
            #expect(path == folder.appending(path: "resnet18-f37072fd.pth").path + "\n")
            try Data("no weights".utf8).write(to: folder.appending(path: "x.pth"))
            let other = try weights("resnet18 --weights x.pth", status: 1)
            #expect(other.output.isEmpty && other.error.contains("expected f37072fd"))
            let name = try weights("resnet19", status: 64).error
            #expect(name.contains("no official network 'resnet19'. Did you mean 'resnet18'?"))
        }
    }

    @Test func searchTriesEveryValueAndWritesThem() throws {
        try withFolder { folder in
            let rows = (0..<40).map { "r\($0),\($0 % 2),\($0 * 37 % 41),\($0 % 2 * 9 + $0 % 5)" }
            try Data(("name,label,f1,f2\n" + rows.joined(separator: "\n")).utf8).write(
                to: folder.appending(path: "t.csv"))
            let call = "search --table t.csv --replicates 1 --table-epochs 1 --out o"
            let table = try Program.run(call, in: folder).output
            let csv = try String(
                contentsOf: folder.appending(path: "o/search.csv"), encoding: .utf8)
            let values = csv.split(separator: "\n").dropFirst()
            #expect(values.count == 30)
            let axes = Set(values.map { String($0.split(separator: ",")[1]) })
            #expect(axes.count == 6 && axes.allSatisfy(table.contains))
        }
    }

    @Test func aReportNeedsAStudy() throws {
        try withFolder { folder in
            let outcome = try Program.run("report .", in: folder, status: 1)
            #expect(outcome.output.isEmpty && outcome.error.hasPrefix("error: "))
            #expect(outcome.error.contains("tickets.json"), "\(outcome.error)")
        }
    }

    private static let hasDetector = FileManager.default.fileExists(
        atPath: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
            .appending(path: ".dependencies/python/facenet_pytorch/data/pnet.pt").path)

    /// Blocks of colours have no faces: kept whole, counted, listed; the second run does nothing again.
    @Test(.enabled(if: hasDetector, "the face detector's weights are missing: scripts/setup"))
    func picturesWithoutFacesAreKeptAndListed() throws {
        try withFolder { folder in
            try fillWithPictures(folder)
            let first = try Program.run("faces data crops", in: folder)
            #expect(first.error.contains("24 with none (kept whole)"), "\(first.error)")
            let check = try String(
                contentsOf: folder.appending(path: "crops/faces-to-check.csv"), encoding: .utf8)
            #expect(check.split(separator: "\n").count == 25)
            for path in ["cat/p0_0.png", "dog/p11_1.png"] {
                let (old, new) = (folder.appending(path: "data/" + path), "crops/" + path)
                #expect(
                    try Data(contentsOf: old) == Data(contentsOf: folder.appending(path: new)))
            }
            let again = try Program.run("faces data crops", in: folder)
            #expect(again.error.contains("24 crops were there already"), "\(again.error)")
        }
    }
}
