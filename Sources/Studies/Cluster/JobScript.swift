import Foundation

/// The scripts of a submission, as text: for people to read, and to hand to sbatch themselves.
struct JobScript {
    let study: String
    /// Of the study.
    let folder: URL
    /// Of the submission, where the scripts lie.
    let place: URL
    let program: URL
    let options: JobOptions
    /// Pictures and weights, as options of the program.
    let source: [String]

    /// Seconds before a task's time is up at which it is told.
    static let notice = 120
    /// How often a task is queued again: one whose time is too short for an epoch would be so for ever.
    static let most = 100

    /// One array: `level-2.sh`, whose stages are the lines of `level-2.txt`.
    func text(_ array: JobArray, of arrays: [JobArray]) -> String {
        let levels = arrays.last?.level ?? 1
        let needs = array.needs.map { arrays[$0].name + ".sh" } + array.needsTasks
        let after = needs.isEmpty ? "" : ", after \(needs.joined(separator: ", "))"
        let most = options.atOnce.map { "%\($0)" } ?? ""
        let work =
            [program.path, "work", folder.path].map(Self.quoted) + ["--stage", "\"$stage\""]
            + ["--threads", "\(options.threads)", "--device", options.device]
            + source.map(Self.quoted)
        return """
            #!/bin/bash
            # Study '\(study)', level \(array.level) of \(levels), a task for each stage. Written by winnow submit.
            # By hand: sbatch \(array.name).sh\(after). Then: winnow runs watch \(Self.quoted(folder.path))
            \(directives(array.name, log: "\(array.name)-%a", ["--array=0-\(array.items.count - 1)\(most)"]))

            # The task's stage is its line of \(array.name).txt.
            stage=$(sed -n "$((SLURM_ARRAY_TASK_ID + 1))s/ .*//p" \(Self.quoted(place.appendingPathComponent("\(array.name).txt").path)))

            \(work.joined(separator: " ")) &
            work=$!
            # Told \(Self.notice) seconds before its time is up, it stops after what it saved, and the task is queued again.
            trap 'again=yes; kill -TERM $work' USR1
            trap 'kill -TERM $work' TERM
            while :; do
                wait $work
                status=$?
                kill -0 $work 2>/dev/null || break
            done
            if [ "$again" ] && [ $status -ge 128 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt \(Self.most) ]; then
                exec scontrol requeue "$SLURM_JOB_ID"
            fi
            exit $status

            """
    }

    /// What is left when every stage is done: costs are measured and the study's tables written.
    func finish(_ arrays: [JobArray]) -> String {
        let work =
            [program.path, "study", StudyRun.studyFile(folder).path, "--out", folder.path]
            .map(Self.quoted)
            + ["--threads", "\(options.threads)", "--device", options.device]
            + source.map(Self.quoted)
        return """
            #!/bin/bash
            # Study '\(study)': its tables, once every stage is done. Written by winnow submit.
            # By hand: sbatch finish.sh, after all levels.
            \(directives("finish", log: "finish", []))

            exec \(work.joined(separator: " "))

            """
    }

    /// All of it, for a person without `winnow submit`.
    func byHand(_ arrays: [JobArray]) -> String {
        let lines = arrays.enumerated().map { index, array in
            let needs = array.needs.map { "$job\($0 + 1)" } + array.needsTasks
            return "job\(index + 1)=$(sbatch --parsable\(Self.after(needs)) \(array.name).sh)"
        }
        let all = arrays.indices.map { "$job\($0 + 1)" }
        return """
            #!/bin/bash -e
            # Submits study '\(study)' as winnow submit does: arrays that others need first. Written by winnow submit.
            cd "$(dirname "$0")"
            \(lines.joined(separator: "\n"))
            sbatch\(Self.after(all)) finish.sh

            """
    }

    /// ` --dependency=afterok:12:13_4,afterany:9`; nothing where nothing is needed.
    ///
    /// - Parameter ended: jobs that need not have ended well.
    static func after(_ jobs: [String], ended: [String] = []) -> String {
        let kinds = [("afterok", jobs), ("afterany", ended)].filter { !$0.1.isEmpty }
        let words = kinds.map { $0.0 + ":" + $0.1.joined(separator: ":") }
        return words.isEmpty ? "" : " --dependency=" + words.joined(separator: ",")
    }

    private func directives(_ name: String, log: String, _ more: [String]) -> String {
        let logs = place.appendingPathComponent("logs").path.replacing("%", with: "%%")
        let all =
            ["--job-name=\(study)-\(name)"] + more
            + ["--output=\"\(logs)/\(log).log\"", "--open-mode=append"]
            + ["--requeue", "--signal=B:USR1@\(Self.notice)", "--kill-on-invalid-dep=yes"]
            + options.directives
        return all.map { "#SBATCH \($0)" }.joined(separator: "\n")
    }

    /// A word of the shell.
    static func quoted(_ text: String) -> String {
        let plain = text.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || "-_./=:,+@".contains($0))
        }
        return plain && !text.isEmpty ? text : "'" + text.replacing("'", with: "'\\''") + "'"
    }
}
