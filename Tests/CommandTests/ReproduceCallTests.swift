import Foundation
import Testing

/// `winnow reproduce` on a person's own pictures, as a person calls it.
@Suite(.enabled(if: Program.file != nil, "winnow is not beside the tests"))
struct ReproduceCallTests {
    private func run(
        _ call: String, in folder: URL, status: Int32 = 0,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Program.Outcome {
        try Program.run(
            call, in: folder, status: status,
            environment: [
                "WINNOW_CACHE": folder.appending(path: "cache").path,
                "WINNOW_WEIGHTS_URL": "http://127.0.0.1:9",
            ], sourceLocation: sourceLocation)
    }

    /// Offline, with weights for the study's own network alone: the second architecture is left out,
    /// and that is said.
    @Test func whatCannotBeHadIsLeftOutAndSaid() throws {
        try withFolder { folder in
            try fillWithPictures(folder)
            let call = "reproduce --data data --size 32 --preset paper --dry-run --threads 1"
            let plan = try run(call + " --weights w.pth", in: folder)
            #expect(plan.error.contains("left out for want of pretrained weights for resnet34"))
            #expect(!plan.output.contains("resnet34"))
            for words in ["leak-free", "as-paper", "percentile ticket 10%", " stages, 0 done"] {
                #expect(plan.output.contains(words), "\(words)")
            }
            let bundled = try run(call, in: folder)
            #expect(bundled.error.contains("resnet18 starts from Data/weights/resnet18-faces"))
            #expect(!bundled.output.contains("resnet34"))
            let none = try run(call + " --architecture resnet50", in: folder, status: 1)
            #expect(none.output.isEmpty && none.error.contains("no weights to start from"))
            let own = try run(call + " --pretrain --protocol leak-free", in: folder)
            #expect(own.output.contains("pretrain resnet18: who is it"))
            #expect(!own.output.contains("as-paper"))
        }
    }

    @Test func oneDocumentForPrograms() throws {
        try withFolder { folder in
            try fillWithPictures(folder)
            let call =
                "reproduce --data data --weights w.pth --size 32 --epochs 1 --seeds 1 --amounts 0.5 "
                + "--protocol leak-free --threads 1 --json --out study"
            let first = try run(call, in: folder)
            let document = try #require(
                try JSONSerialization.jsonObject(with: Data(first.output.utf8)) as? [String: Any])
            let pictures = try #require(document["pictures"] as? [String: Any])
            let reports = try #require(pictures["comparisons"] as? [[String: Any]])
            #expect(reports.count == 1 && (reports[0]["runs"] as? [Any])?.count == 6)
            #expect((document["claims"] as? [Any])?.isEmpty == false)
            #expect((pictures["costs"] as? [Any])?.count == 6)
            #expect(try run(call, in: folder).output == first.output)
        }
    }

    @Test(arguments: [
        (
            "reproduce --part pictrues",
            "no part 'pictrues'. Did you mean 'pictures'? Parts: pictures, table"
        ),
        ("reproduce --data data --preset quik", "Did you mean 'quick'?"),
        ("reproduce --data data --jobs 0", "--jobs must be 1 to 64"),
        ("reproduce --data data --protocol honest", "honest"),
        ("reproduce --data data --augmentation blur", "no augmentation 'blur'"),
        ("reproduce --data data --amounts 50", "expected fractions between 0 and 1"),
        ("reproduce --data data --precision half", "half"),
        ("reproduce --data nowhere --weights w.pth", "nowhere"),
        ("reproduce --part table --data data", "--part table takes a table of features"),
    ])
    func wrongCallsSayWhatToDo(_ call: String, _ words: String) throws {
        try withFolder { folder in
            try fillWithPictures(folder)
            let outcome = try Program.run(
                call.split(separator: " ").map(String.init), in: folder,
                environment: ["WINNOW_WEIGHTS_URL": "http://127.0.0.1:9"])
            #expect(outcome.status != 0 && outcome.output.isEmpty)
            #expect(outcome.error.contains(words), "\(outcome.error)")
        }
    }
}
