import Foundation
import Testing

/// `winnow submit` and `winnow work`, with programs that stand for Slurm's: sbatch does the tasks at once.
/// `scripts/peers slurm --test` has the real ones.
@Suite(.enabled(if: Program.file != nil, "winnow is not beside the tests"))
struct SubmitCallTests {
    private static let programs = [
        "sbatch": #"""
        if [ -e "$FAKE/refuse" ]; then
            echo "sbatch: error: invalid partition specified: x" >&2
            echo "sbatch: error: Batch job submission failed" >&2
            exit 1
        fi
        job=$(($(wc -l < "$FAKE/calls") + 1))
        echo "$*" >> "$FAKE/calls"
        last=$(sed -n 's/^#SBATCH --array=0-\([0-9]*\).*/\1/p' "${!#}")
        export SLURM_JOB_ID=$job SLURM_ARRAY_JOB_ID=$job
        for SLURM_ARRAY_TASK_ID in $(seq 0 ${last:-0}); do
            export SLURM_ARRAY_TASK_ID
            state=FAILED
            # What needs something that failed is not begun.
            for need in $(echo "$*" | sed -n 's/.*afterok:\([^ ]*\) .*/\1/p' | tr ':' ' '); do
                grep -qE "^${need}_.*(FAILED|CANCELLED)" "$FAKE/queue" && state=CANCELLED
            done
            [ $state = FAILED ] && bash "${!#}" >> "$FAKE/log" 2>&1 && state=COMPLETED
            echo "${job}_$SLURM_ARRAY_TASK_ID|$state|None|n1" >> "$FAKE/queue"
        done
        echo "$job;fake"
        """#,
        "squeue": #"cat "$FAKE/queue""#,
        "scontrol": #"echo "MaxArraySize            = 3""#,
        "sacct": "exit 1",
    ]

    private struct Cluster {
        let folder: URL
        var call: String {
            "submit tiny.json --data data --weights w.pth --threads 1 --out out"
        }
        private var environment: [String: String] {
            let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
            return ["PATH": "\(folder.path)/bin:\(path)", "FAKE": folder.path]
        }

        init(_ folder: URL) throws {
            self.folder = folder
            let bin = folder.appending(path: "bin")
            try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
            for (name, text) in SubmitCallTests.programs {
                let file = bin.appending(path: name)
                try Data("#!/bin/bash\n\(text)\n".utf8).write(to: file)
                try FileManager.default.setAttributes(
                    [.posixPermissions: 0o755], ofItemAtPath: file.path)
            }
            for name in ["calls", "queue"] { try put(name, "") }
            try fillWithPictures(folder)
            try writeTinyStudy(folder)
        }

        func put(_ name: String, _ text: String) throws {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }

        func text(_ name: String) throws -> String {
            try String(contentsOf: folder.appending(path: name), encoding: .utf8)
        }

        func exists(_ name: String) -> Bool {
            FileManager.default.fileExists(atPath: folder.appending(path: name).path)
        }

        func run(
            _ call: String, status: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation
        ) throws -> Program.Outcome {
            try Program.run(
                call, in: folder, status: status, environment: environment,
                sourceLocation: sourceLocation)
        }
    }

    @Test func aStudyAsJobsIsTheSameStudy() throws {
        try withFolder { folder in
            let cluster = try Cluster(folder)
            // A small network, from scratch: its files are a fifth of ResNet-18's.
            try writeTinyStudy(
                folder,
                [
                    "architecture": "mobilenet_v2",
                    "experiments": [
                        [
                            "name": "Fig. 5", "techniques": ["unpruned", "percentile ticket"],
                            "amounts": [0.5], "starts": ["scratch"],
                        ] as [String: Any]
                    ],
                ])
            let plan = try cluster.run(cluster.call + " --dry-run").output
            #expect(plan.contains("==> \(folder.path)/out/jobs/1/level-5.sh <=="), "\(plan)")
            #expect(plan.contains("#SBATCH --requeue") && !cluster.exists("out"))
            let said = try cluster.run(cluster.call + " --partition p --time 1:00:00 --gpus 0")
            #expect(said.output.hasPrefix("1  level-1  1\n2  level-2  1\n"), "\(said.output)")
            let calls = try cluster.text("calls").split(separator: "\n").map(String.init)
            #expect(calls[0] == "--parsable \(folder.path)/out/jobs/1/level-1.sh")
            #expect(calls[1].hasPrefix("--parsable --dependency=afterok:1 /"))
            #expect(calls[5].contains("--dependency=afterok:1:2:3:4:5 "), "\(calls)")
            let script = try cluster.text("out/jobs/1/level-2.sh")
            for line in ["--partition=p", "--time=1:00:00", "--array=0-0", "--cpus-per-task=1"] {
                #expect(script.contains("#SBATCH \(line)\n"), "\(line)")
            }
            let watch = try cluster.run("runs watch out --once").output
            let log = try cluster.text("log")
            #expect(watch == "5/5 stages, 0 at work\n", "\(log)")
            #expect(cluster.exists("out/experiments.json"))
            try compare(cluster)
            let again = try cluster.run(cluster.call + " --resume")
            #expect(again.output.isEmpty && again.error.contains("5 done, 0 with Slurm already"))
            let twice = try cluster.run(cluster.call, status: 1).error
            #expect(twice.contains("out: was submitted before (jobs 1, 2, 3, 4, 5 and 1 more)"))
            #expect(twice.contains("--resume submits what failed or was lost"))
        }
    }

    /// Every stage as `winnow study` has it, byte for byte.
    private func compare(_ cluster: Cluster) throws {
        _ = try cluster.run(
            "study tiny.json --data data --weights w.pth --threads 1 --out alone")
        let (a, b) = (
            cluster.folder.appending(path: "out"), cluster.folder.appending(path: "alone")
        )
        let names = try FileManager.default.subpathsOfDirectory(
            atPath: b.appending(path: "stages").path)
        #expect(names.count > 15)
        for name in names.map({ "stages/" + $0 }) + ["experiments.json", "experiments.md"] {
            let (mine, its) = (a.appending(path: name).path, b.appending(path: name).path)
            #expect(FileManager.default.contentsEqual(atPath: mine, andPath: its), "\(name)")
        }
    }

    /// What fails is said, with its reason, and submitted again when that is mended.
    @Test func whatFailedIsSubmittedAgain() throws {
        try withFolder { folder in
            let cluster = try Cluster(folder)
            _ = try cluster.run(cluster.call + " --dry-run --json")
            try cluster.put("refuse", "")
            let refused = try cluster.run(cluster.call + " --json", status: 1).error
            #expect(refused.contains("invalid partition specified: x; sbatch: error: Batch job"))
            #expect(refused.contains("0 of 6 scripts were submitted before"), "\(refused)")
            try FileManager.default.removeItem(at: folder.appending(path: "refuse"))
            // The weights are others than those that the study was planned with, once it was.
            let script = #"if [ -z "$1" ]; then exit 0; fi; printf x >> "$FAKE/w.pth"; "#
            let sbatch = try cluster.text("bin/sbatch")
            try cluster.put("bin/sbatch", sbatch.replacing("job=$((", with: script + "job=$(("))
            _ = try cluster.run(cluster.call)
            let watch = try cluster.run("runs watch out --once").output
            #expect(watch.hasPrefix("0/5 stages, 0 at work, 5 failed\n"), "\(watch)")
            #expect(watch.contains("w.pth: these are not the weights that the study was planned"))
            #expect(watch.contains("percentile ticket 50%: CANCELLED on n1\n"))
            try cluster.put("bin/sbatch", sbatch)
            try fillWithPictures(folder)
            let again = try cluster.run(cluster.call + " --resume --dry-run --json").output
            #expect(again.contains(#""level-5""#) && again.contains("out/jobs/3"), "\(again)")
        }
    }

    @Test func wrongCallsSayWhatToDo() throws {
        try withFolder { folder in
            let cluster = try Cluster(folder)
            let wrong: [(call: String, status: Int32, words: String)] = [
                (cluster.call + " --time 2", 64, "--time is '2': at least 5 minutes are needed"),
                (cluster.call + " --partition a;b", 64, "--partition is 'a;b': letters, digits"),
                (cluster.call + " --array-limit 0", 64, "--array-limit must be at least 1, got 0"),
                (cluster.call + " --sbatch mem=1", 64, "--sbatch is 'mem=1': an option of sbatch"),
                (cluster.call + " --device gpu", 64, "no device 'gpu'"),
                ("work out", 64, "name a stage: --stage ID"),
                ("work out --stage ab", 1, "out: no stages are written down here"),
                ("runs watch", 64, "no study lies under studies/ here: name its folder"),
            ]
            for (call, status, words) in wrong {
                let said = try cluster.run(call, status: status).error
                let isError = said.lowercased().hasPrefix("error: ")
                #expect(isError && said.contains(words), "\(call): \(said)")
            }
            try FileManager.default.removeItem(at: folder.appending(path: "bin"))
            let none = try Program.run(
                cluster.call, in: folder, status: 1, environment: ["PATH": "/nowhere"]
            ).error
            #expect(none.contains("scontrol is not on the path. Call this where jobs can be"))
        }
    }
}
