import Core

/// What the tasks of a study ask of a cluster.
package struct JobOptions: Sendable {
    package var partition: String?
    /// As sbatch takes it: `90`, `1:30:00`, `2-0`.
    package var time: String?
    package var account: String?
    /// GPUs of a task.
    package var gpus = 0
    /// Cores of a task, and threads of its worker.
    package var threads = 4
    /// Stages of one array; nil for as many as the cluster takes (MaxArraySize).
    package var arrayLimit: Int?
    /// Tasks of one array that run at once; nil for as many as there is room for.
    package var atOnce: Int?
    /// The worker's `device`.
    package var device = "cpu"
    /// Other options of sbatch, a line each: `--mem=16G`.
    package var lines: [String] = []

    package init() {}

    /// Refuses what no script can hold.
    package func check() throws {
        for (name, text) in [
            ("partition", partition), ("time", time), ("account", account),
        ] {
            guard let text else { continue }
            guard !text.isEmpty,
                text.allSatisfy({
                    $0.isASCII && ($0.isLetter || $0.isNumber || "-_.:,".contains($0))
                })
            else {
                throw StudyError(
                    "`\(name)` is '\(text)': letters, digits and - _ . : , are expected, as sbatch "
                        + "takes it")
            }
        }
        if let time {
            let minutes = Self.minutes(time)
            guard minutes.map({ $0 >= Self.least }) ?? false else {
                throw StudyError(
                    "`time` is '\(time)': at least \(Self.least) minutes are needed, as 90, 1:30:00 or 2-12 "
                        + "(days-hours); a task is told \(JobScript.notice) seconds before its end")
            }
        }
        for line in lines {
            guard line.hasPrefix("-"), !line.contains(where: \.isNewline) else {
                throw StudyError(
                    "`sbatch` is '\(line)': an option of sbatch is expected, in one word with what "
                        + "it is set to: --mem=16G")
            }
        }
        for (name, number) in [
            ("arrayLimit", arrayLimit), ("atOnce", atOnce), ("threads", threads),
        ] {
            guard let number, number < 1 else { continue }
            throw StudyError("`\(name)` must be at least 1, got \(number)")
        }
        guard gpus >= 0 else { throw StudyError("`gpus` must be at least 0, got \(gpus)") }
    }

    private static let least = 5

    /// Of `M`, `M:S`, `H:M:S`, `D-H`, `D-H:M` and `D-H:M:S`; nil for other texts.
    static func minutes(_ time: String) -> Int? {
        let days = time.split(separator: "-", omittingEmptySubsequences: false)
        let parts = (days.last ?? "").split(separator: ":", omittingEmptySubsequences: false)
            .map { $0.allSatisfy(\.isASCII) && $0.count < 7 ? Int($0) : nil }
        guard (1...2).contains(days.count), (1...3).contains(parts.count),
            !parts.contains(where: { $0.map { $0 < 0 } ?? true })
        else { return nil }
        let numbers = parts.compactMap { $0 }
        if days.count == 2 {
            guard days[0].count < 5, let day = Int(days[0]), day >= 0 else { return nil }
            return day * 1440 + numbers[0] * 60 + (numbers.count > 1 ? numbers[1] : 0)
        }
        return numbers.count == 3 ? numbers[0] * 60 + numbers[1] : numbers[0]
    }

    /// The options of a script as sbatch reads them.
    var directives: [String] {
        var all: [String] = ["--cpus-per-task=\(threads)"]
        if let partition { all.append("--partition=\(partition)") }
        if let time { all.append("--time=\(time)") }
        if let account { all.append("--account=\(account)") }
        if gpus > 0 { all.append("--gpus=\(gpus)") }
        return all + lines
    }
}
