import Faces
import Foundation
import Models
import Reports
import Soundness
import Studies
import Torch

/// What `winnow doctor` checks: a function a finding.
package enum DoctorChecks {
    /// libtorch, whose pinned version the headers were of when Winnow was built.
    package static func versions() -> Finding {
        Finding(
            "versions", .fine,
            "winnow \(WinnowVersion.text), libtorch \(Runtime.version), "
                + ProcessInfo.processInfo.operatingSystemVersionString)
    }

    package static func processor() -> Finding {
        let sets = Machine.instructionSets
        let held = Machine.held()
        let words =
            "\(Machine.processor), \(ProcessInfo.processInfo.activeProcessorCount) cores, "
            + "\(sets.isEmpty ? "no vector instructions known" : sets.joined(separator: " ")); "
            + "libtorch uses \(Runtime.capability)"
        guard held.isEmpty else {
            return Finding(
                "processor", .note, words + "; held back by " + held.joined(separator: " "),
                advice: "unset them for full speed")
        }
        return Finding("processor", .fine, words)
    }

    /// Threads, how they wait, and whether they stall.
    package static func threads() throws -> Finding {
        let threads = ProcessInfo.processInfo.activeProcessorCount
        let probe = try ThreadProbe.run(threads: threads)
        let environment = ProcessInfo.processInfo.environment
        let policy =
            environment["GOMP_SPINCOUNT"].map { "spin \($0) turns" }
            ?? environment["OMP_WAIT_POLICY"].map {
                "wait \($0)ly".replacing("actively", with: "spinning")
            }
            ?? "wait as OpenMP likes"
        let words = String(
            format: "%d, %@; slowest of 40 rounds is %.1f times the median (%.1f ms)", threads,
            policy, probe.slowest / probe.median, probe.median * 1000)
        guard probe.stalls else { return Finding("threads", .fine, words) }
        return Finding(
            "threads", .note, words + ": they stall",
            advice: "other programs may be using the cores; if none is, run with "
                + "OMP_WAIT_POLICY=passive or fewer --threads")
    }

    package static func convolutions(_ report: SweepReport, as emulation: Emulation) -> Finding {
        let mode = emulation == .native ? "" : " as \(emulation.rawValue)"
        let words = String(
            format: "%d shapes%@ against float64: %d not right; rounding at most %.0e",
            report.tried,
            mode, report.wrong, report.rounding)
        if report.isSound { return Finding("convolutions", .fine, words) }
        guard let fault = report.faults.first else {
            return Finding("convolutions", .note, words + "; not finished")
        }
        return Finding(
            "convolutions", .wrong,
            "\(words). First: \(fault.shape): \(fault.result.words)",
            advice:
                "results of training on this machine cannot be trusted; please report this, with "
                + "the output of  winnow doctor --sweep --json")
    }

    /// Training ResNet-18 at 224 px takes about 2 GiB a worker.
    package static func memory() -> Finding {
        let (total, free) = Machine.memory
        let words = "\(gibibytes(free)) free of \(gibibytes(total))"
        guard free < 3 << 30 else { return Finding("memory", .fine, words) }
        return Finding(
            "memory", .note, words,
            advice: "training at 224 px takes about 2 GiB a worker: end other programs")
    }

    /// The folder of work and the one of temporary files.
    package static func disk() -> [Finding] {
        let folders = [
            ("disk here", URL(fileURLWithPath: FileManager.default.currentDirectoryPath)),
            ("temporary", FileManager.default.temporaryDirectory),
        ]
        return folders.map { name, folder in
            guard let free = Machine.free(folder) else {
                return Finding(name, .note, "\(folder.path): its free space cannot be told")
            }
            let words = "\(gibibytes(free)) free in \(folder.path)"
            guard Machine.isWritable(folder) else {
                return Finding(
                    name, .note, words + ", which cannot be written",
                    advice: "change to a folder of your own")
            }
            guard free < 2 << 30 else { return Finding(name, .fine, words) }
            return Finding(
                name, .note, words, advice: "a study keeps up to 2 GiB: make room")
        }
    }

    /// Whether the official weights are here or can be fetched.
    package static func network() -> Finding {
        guard let official = try? OfficialWeights(.resnet18) else {
            return Finding(
                "network", .note, "WINNOW_WEIGHTS_URL is no http or https address",
                advice: "correct or unset it")
        }
        if official.isCached {
            return Finding("network", .fine, "official weights are here: \(official.cached.path)")
        }
        do {
            try official.probe(timeout: 5)
            return Finding("network", .fine, "\(official.shownURL) can be fetched")
        } catch {
            return Finding(
                "network", .note, "\(official.shownURL) cannot be fetched: \(error)",
                advice:
                    "official ImageNet weights are not to be had here: reproduce says which weights "
                    + "it takes instead, other commands take --weights FILE")
        }
    }

    /// What commands need beside the program.
    package static func commands() -> [Finding] {
        let program = Bundle.main.executableURL
        var missing: [Finding] = []
        func need(_ command: String, _ body: () throws -> Void) {
            do { try body() } catch {
                missing.append(
                    Finding("winnow \(command)", .wrong, "\(error)", advice: "run scripts/setup"))
            }
        }
        need("report") { _ = try ReportTools.find(above: program) }
        need("faces") { _ = try MTCNNWeights.locate(program: program) }
        return missing.isEmpty
            ? [Finding("commands", .fine, "nothing is missing for any of them")] : missing
    }

    private static func gibibytes(_ bytes: Int) -> String {
        String(format: "%.1f GiB", Double(bytes) / Double(1 << 30))
    }
}
