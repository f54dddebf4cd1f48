import Formats
import Foundation
import Models
import Testing

/// Wrong calls and exactly what they answer: one error that says what to do, and no result.
@Suite(.enabled(if: Program.file != nil, "winnow is not beside the tests"))
struct WrongCallTests {
    private func refuse(
        _ arguments: [String], in folder: URL, status: Int32 = 1, _ message: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let outcome = try Program.run(arguments, in: folder)
        #expect(outcome.status == status, sourceLocation: sourceLocation)
        #expect(outcome.output.isEmpty, sourceLocation: sourceLocation)
        #expect(outcome.error == message + "\n", sourceLocation: sourceLocation)
    }

    @Test func aMisspeltMethod() throws {
        try withFolder { folder in
            let call = [
                "prune", "model.safetensors", "--method", "percentil", "-o", "half.safetensors",
            ]
            let outcome = try Program.run(call, in: folder)
            #expect(outcome.status == 1 && outcome.output.isEmpty)
            let words = "error: no method 'percentil'. Did you mean 'percentile'? Methods: percen"
            #expect(outcome.error.hasPrefix(words), "\(outcome.error)")
        }
    }

    @Test func aFolderWithoutClasses() throws {
        try withFolder { folder in
            let empty = folder.appending(path: "empty")
            try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
            let call = [
                "finetune", "--data", "empty/", "--weights", "w.pth", "-o", "m.safetensors",
            ]
            let expected = "Expected empty/<class>/<picture>.jpg|png; found"
            try refuse(
                call, in: folder, "error: empty/ has no class folders. \(expected) nothing.")
            for name in ["a.jpg", "b.jpg", "notes.txt"] {
                try Data().write(to: empty.appending(path: name))
            }
            let error = "error: empty/ has no class folders. \(expected) 3 files and no folders."
            try refuse(call, in: folder, error)
            try refuse(["audit", "empty"], in: folder, error)
        }
    }

    @Test func weightsThatWereCutOff() throws {
        try withFolder { folder in
            let file = folder.appending(path: "weights.pth")
            var dict = StateDict()
            dict["fc.weight"] = HostTensor([Float](repeating: 1, count: 4096), shape: [64, 64])
            try PthWriter.write(dict, to: file)
            let whole = try Data(contentsOf: file)
            try whole.prefix(1024).write(to: file)
            try refuse(
                ["inspect", "weights.pth"], in: folder,
                """
                error: weights.pth: ends at byte 1,024 but the tensors that it lists take \
                16,641: the download was cut off. Fetch it again.
                """)
        }
    }

    @Test func noData() throws {
        try withFolder { folder in
            let call = ["finetune", "--weights", "w.pth", "-o", "m.safetensors"]
            try refuse(
                call, in: folder, status: 64,
                """
                error: name the pictures: --data DIR (DIR/<class>/<picture>.jpg|png) or \
                --manifest FILE
                """)
        }
    }

    @Test func aPrecisionThatThereIsNot() throws {
        try withFolder { folder in
            let call = [
                "retrain", "m.safetensors", "--data", "d", "-o", "o.safetensors", "--precision",
                "half",
            ]
            let outcome = try Program.run(call, in: folder)
            #expect(outcome.status == 64 && outcome.output.isEmpty)
            let words = "error: no precision 'half'. Precisions: float32, mixed\n"
            #expect(outcome.error.hasPrefix(words), "\(outcome.error)")
        }
    }

    @Test func aDeviceOrOfficialWeightsThatThereAreNot() throws {
        try withFolder { folder in
            try refuse(
                ["evaluate", "m.safetensors", "--data", "d", "--device", "cuda:x"], in: folder,
                status: 64,
                "error: no device 'cuda:x'. Did you mean 'cuda:N'? Devices: cpu, cuda, cuda:N, mps")
            let outcome = try Program.run(["weights", "resnet20"], in: folder)
            #expect(outcome.status == 64 && outcome.output.isEmpty)
            let words =
                "error: no official network 'resnet20'. Did you mean 'resnet50'? Official networks: "
                + "resnet18, resnet34, resnet50"
            #expect(outcome.error.hasPrefix(words), "\(outcome.error)")
        }
    }

    @Test func aFileThatIsNoManifest() throws {
        try withFolder { folder in
            let file = folder.appending(path: "m.json")
            for (text, words) in [
                ("", "was not valid JSON"), ("{\"version\": 1}", "\"classes\" is missing"),
                ("[1, 2", "was not valid JSON"),
                ("{\"version\": 9, \"classes\": [\"a\"], \"pictures\": []}", "version 9"),
            ] {
                try Data(text.utf8).write(to: file)
                let call = [
                    "finetune", "--manifest", "m.json", "--weights", "w", "-o", "o.safetensors",
                ]
                for arguments in [call, ["audit", "m.json"]] {
                    let outcome = try Program.run(arguments, in: folder)
                    #expect(outcome.status == 1 && outcome.output.isEmpty, "\(text)")
                    #expect(outcome.error.hasPrefix("error: m.json: not a usable manifest"))
                    #expect(outcome.error.contains(words), "\(outcome.error)")
                }
            }
        }
    }

    @Test func bareWeightsWhereANetworkIsWanted() throws {
        try withFolder { folder in
            var dict = StateDict()
            dict["fc.weight"] = HostTensor([Float](repeating: 1, count: 4), shape: [2, 2])
            try PthWriter.write(dict, to: folder.appending(path: "w.pth"))
            for call in [
                ["prune", "w.pth", "--method", "percentile", "-o", "o.safetensors"],
                ["predict", "w.pth", "a.jpg"], ["compact", "w.pth", "-o", "o.safetensors"],
            ] {
                try refuse(
                    call, in: folder,
                    """
                    error: w.pth: not a network written by Winnow (no graph and class names \
                    in it). Bare weights become one by fine-tuning (winnow finetune).
                    """)
            }
        }
    }

    @Test func aPictureThatIsNone() throws {
        try withFolder { folder in
            let state = try Model.drawn(.resnet18, classes: 2, seed: 3).state
            let size = #"{"height":32,"mean":[0,0,0],"resize":"stretch","std":[1,1,1],"width":32}"#
            try Model(
                .resnet18, state, classes: ["a", "b"],
                metadata: ["preprocessing": size]
            ).write(to: folder.appending(path: "m.safetensors"))
            let outcome = try Program.run(
                ["predict", "m.safetensors", "nope.jpg"], in: folder)
            #expect(outcome.status == 1 && outcome.output.isEmpty)
            #expect(outcome.error.contains("nope.jpg: No such file or directory\n"))
            #expect(outcome.error.hasPrefix("error: 1 of 1 pictures cannot be read:\n"))
            #expect(outcome.error.hasSuffix("winnow predict MODEL PICTURE.jpg|png ...\n"))
            #expect(!outcome.error.contains("--skip-unreadable"))
        }
    }

    @Test func aWorkbookThatIsNone() throws {
        try withFolder { folder in
            try Data("name,label,f1\na,1,2\n".utf8).write(to: folder.appending(path: "t.xlsx"))
            try refuse(
                ["distinctiveness", "--table", "t.xlsx"], in: folder,
                """
                error: t.xlsx: is not a workbook: it does not begin as a zip file; expected an \
                .xlsx file. Save it again as .xlsx or as .csv, and name it so.
                """)
        }
    }

    @Test func anglesAndRatesThatAreNone() throws {
        try withFolder { folder in
            let table = ["--table", "t.csv"]
            let rows = (0..<40).map { "r\($0),\($0 % 2),\($0),\($0 * 7 % 11)" }
            try Data(("name,label,f1,f2\n" + rows.joined(separator: "\n")).utf8).write(
                to: folder.appending(path: "t.csv"))
            try refuse(
                ["distinctiveness", "--similar", "200"] + table, in: folder, status: 64,
                "error: --similar must be 0 to 180 degrees, got 200.0")
            let call = ["distinctiveness", "--rate", "0", "--table-epochs", "1"] + table
            let outcome = try Program.run(call, in: folder)
            #expect(outcome.status == 1 && outcome.output.isEmpty)
            #expect(outcome.error.hasSuffix("error: --rate must be above 0, got 0.0\n"))
        }
    }

    @Test func groupsThatAreNoRule() throws {
        try withFolder { folder in
            let outcome = try Program.run(["audit", "d", "--groups", "column:x"], in: folder)
            #expect(outcome.status == 1)
            #expect(
                outcome.error == """
                    error: --groups 'column:x': expected column:FILE.csv:COLUMN, such as \
                    column:people.csv:person

                    """)
        }
    }
}
