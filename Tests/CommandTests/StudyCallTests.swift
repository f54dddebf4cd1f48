import Foundation
import Testing

/// `winnow study` and `winnow runs`, as a person calls them.
@Suite(.enabled(if: Program.file != nil, "winnow is not beside the tests"))
struct StudyCallTests {
    @Test func aStudyFromAFileByTwoWorkers() throws {
        try withFolder { folder in
            try fillWithPictures(folder)
            try writeTinyStudy(folder)
            let call = "study tiny.json --data data --weights w.pth --threads 2 --out out"
            let plan = try Program.run(call + " --dry-run", in: folder).output
            #expect(plan.contains("5 stages, 0 done; about "), "\(plan)")
            let part = try Program.run(call + " --only fine-tune", in: folder).output
            #expect(part.contains("resnet18: unpruned") && !part.contains("percentile ticket"))
            let first = try Program.run(call + " --jobs 2", in: folder).output
            #expect(first.contains("Fig. 5, leak-free") && first.contains("Compression and speed"))
            let files = [
                "leak-free/tickets.json", "experiments.json", "costs.json", "study.json",
            ]
            for name in files {
                let path = folder.appending(path: "out/\(name)").path
                #expect(FileManager.default.fileExists(atPath: path), "\(name)")
            }
            let again = try Program.run(call + " --dry-run", in: folder).output
            #expect(again.contains("5 stages, 5 done; about 0:00 left"), "\(again)")
            try checkRuns(folder)
        }
    }

    private func checkRuns(_ folder: URL) throws {
        let list = try Program.run("runs list out", in: folder).output.split(separator: "\n")
        #expect(list.count == 5 && list.allSatisfy { $0.contains("  done  ") })
        let ids = list.map { String($0.prefix(12)) }
        let path = try Program.run("runs path out \(ids[0])", in: folder).output
        #expect(path.contains("out/stages/\(ids[0])"))
        #expect(try Program.run("runs show out \(ids[1])", in: folder).output.contains("\"work\""))
        let difference = try Program.run("runs diff out \(ids[1]) \(ids[4])", in: folder).output
        #expect(difference.contains("history.0.trainLoss"), "\(difference)")
        #expect(try Program.run("runs gc out --delete", in: folder).output.isEmpty)
        let watch = try Program.run("runs watch out --once", in: folder).output
        #expect(watch == "5/5 stages, 0 at work\n")
    }

    @Test func wrongCallsSayWhatToDo() throws {
        try withFolder { folder in
            let name = try Program.run("study fast", in: folder, status: 1).error
            #expect(name.hasPrefix("error: no preset 'fast'. Presets: quick, paper"))
            let store = try Program.run("runs list nowhere", in: folder, status: 1).error
            #expect(store.hasPrefix("error: ") && store.contains("nowhere: holds no stages"))
            try Data("{}".utf8).write(to: folder.appending(path: "x.json"))
            let file = try Program.run("study x.json", in: folder, status: 1).error
            #expect(file.contains("x.json: is not a study: no '"), "\(file)")
        }
    }
}
