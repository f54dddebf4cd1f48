import Foundation
import Testing

/// Strangers' hands: what goes wrong with a run, and what is right then, a case each.
@Suite(.enabled(if: Program.file != nil, "winnow is not beside the tests"))
struct RunTroubleTests {
    @Test(arguments: RunTroubleCases.numbers)
    func numbersThatBreak(_ trouble: TroubleCase) throws { try check(trouble) }

    @Test(arguments: RunTroubleCases.paths)
    func whatAPathMayBe(_ trouble: TroubleCase) throws { try check(trouble) }

    @Test(arguments: RunTroubleCases.thrownAway)
    func whatIsNotThrownAway(_ trouble: TroubleCase) throws { try check(trouble) }

    #if os(Linux)
        @Test(arguments: RunTroubleCases.streams)
        func outputThatCannotBeWritten(_ trouble: TroubleCase) throws { try check(trouble) }
    #endif

    @Test(arguments: RunTroubleCases.options)
    func optionsThatNothingReads(_ trouble: TroubleCase) throws { try check(trouble) }

    private func check(_ trouble: TroubleCase) throws {
        try TroubleFolder.with { folder in
            if trouble.call.contains("quick.json") {
                _ = try TroubleCase.shell("winnow study --print quick > quick.json", in: folder)
            }
            try trouble.check(in: folder)
        }
    }

    /// The second of two runs into one file does nothing, and says who is at it.
    @Test func twoRunsIntoOneFile() throws {
        try TroubleFolder.with { folder in
            let script = """
                \(TroubleFolder.long) --epochs 4000 2> first.txt &
                first=$!
                until grep -q resumed first.txt; do sleep 0.05; done
                \(TroubleFolder.long) --epochs 4000
                second=$?
                kill -INT $first
                wait $first
                echo "first $? second $second process $first"
                """
            let outcome = try TroubleCase.shell(script, in: folder)
            let last = try #require(outcome.output.split(separator: "\n").last)
            #expect(last.contains("first 130 second 1"), "\(outcome)")
            let pid = last.split(separator: " ").last ?? ""
            #expect(
                outcome.error.contains(
                    "long.safetensors is being written by process \(pid) (winnow finetune). Wait until "
                        + "that is done, or write to another --output"), "\(outcome.error)")
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(!names.contains { $0.hasSuffix(".lock") })
        }
    }

    /// Zeroed bytes in what another stage reads: put aside, done again, said, and the results are the same.
    @Test func aFinishedStageThatIsDamaged() throws {
        try TroubleFolder.with { folder in
            try writeStudy(folder.appending(path: "tiny.json"))
            let script = """
                set -e
                run() { winnow study tiny.json --data data --pretrain --threads 1 --out out; }
                stage() { dirname "$(grep -l "\\"$1\\" : {" out/stages/*/stage.json)"; }
                run > first.txt
                start=$(stage start)
                rm -r "$(stage rewind)"
                dd if=/dev/zero of=$start/model.safetensors bs=1 seek=500000 count=400 conv=notrunc 2> dd.txt
                run > second.txt 2> said.txt
                cmp first.txt second.txt
                test -d $start.damaged && test -d $start
                run > third.txt
                cmp first.txt third.txt
                cat said.txt
                """
            let outcome = try TroubleCase.shell(script, in: folder)
            #expect(outcome.status == 0, "\(outcome)")
            let words = "model.safetensors: is not what the stage wrote"
            #expect(outcome.output.contains(words), "\(outcome)")
            #expect(outcome.output.contains(".damaged; the stage is done again"))
            #expect(!outcome.output.contains("etch it") && !outcome.error.contains("damaged"))
        }
    }

    /// The quick preset with one question, one seed and one epoch, of a small network on tiny pictures.
    private func writeStudy(_ file: URL) throws {
        let text = try Program.run(
            "study --print quick", in: file.deletingLastPathComponent()
        ).output
        var study = try #require(
            JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        var first = try #require((study["protocols"] as? [[String: Any]])?.first)
        first["epochs"] = 1
        study.merge([
            "name": "tiny", "architecture": "resnet20", "size": 8, "seeds": [0], "groups": "prefix",
            "sourceEpochs": 1, "protocols": [first],
            "experiments": [
                [
                    "name": "Fig. 5", "techniques": ["unpruned", "percentile ticket"],
                    "amounts": [0.5],
                ] as [String: Any]
            ],
        ]) { $1 }
        try JSONSerialization.data(withJSONObject: study).write(to: file)
    }

    /// Every byte on standard output is checked: nothing in the program prints past `Output`.
    @Test func nothingPrintsUnchecked() throws {
        let sources = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../Sources/Program").standardizedFileURL
        let files = try #require(FileManager.default.enumerator(atPath: sources.path))
        var seen = 0
        for case let file as String in files where file.hasSuffix(".swift") {
            seen += 1
            let text = try String(contentsOf: sources.appending(path: file), encoding: .utf8)
            for word in [/\bprint\(/, /FileHandle\.standard(?:Output|Error)/] {
                #expect(!text.contains(word), "\(file)")
            }
        }
        #expect(seen > 40)
    }
}
