import Foundation
import Torch

/// Facts about the machine: what figures are measured on, and whether there is room to work.
package enum Machine {
    /// The processor's name as the system gives it.
    package static var processor: String {
        #if os(Linux)
            return field("model name", in: "/proc/cpuinfo") ?? field(
                "CPU part", in: "/proc/cpuinfo")
                ?? "unknown processor"
        #else
            return text("machdep.cpu.brand_string") ?? "unknown processor"
        #endif
    }

    /// What sets the clock of the first core (cpufreq of Linux: `performance`, `schedutil`); nil where the system
    /// does not say, as in most virtual machines.
    package static var governor: String? {
        let file = "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"
        let text = try? String(contentsOfFile: file, encoding: .utf8)
        return text?.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Cores that this process may use.
    package static var cores: Int { ProcessInfo.processInfo.activeProcessorCount }

    /// The instruction sets that decide which code runs, widest last.
    package static var instructionSets: [String] {
        #if os(Linux)
            let flags = Set((field("flags", in: "/proc/cpuinfo") ?? "").split(separator: " "))
            let known: [(Substring, String)] = [
                ("avx", "AVX"), ("avx2", "AVX2"), ("fma", "FMA"), ("avx512f", "AVX-512"),
                ("avx512_vnni", "VNNI"), ("avx512_bf16", "BF16"), ("amx_tile", "AMX"),
            ]
            return known.filter { flags.contains($0.0) }.map(\.1)
        #else
            return ["NEON"]
        #endif
    }

    /// Settings that hold instruction sets back, as `NAME=value`.
    package static func held(
        _ environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> [String] {
        Emulation.avx2.environment.keys.sorted().compactMap { name in
            environment[name].map { "\(name)=\($0)" }
        }
    }

    /// Bytes of memory in all, and those that a program can have now.
    package static var memory: (total: Int, free: Int) {
        let total = Int(ProcessInfo.processInfo.physicalMemory)
        #if os(Linux)
            let words = field("MemAvailable", in: "/proc/meminfo")?.split(separator: " ").first
            return (total, words.flatMap { Int($0) }.map { $0 * 1024 } ?? total)
        #else
            return (total, total)
        #endif
    }

    /// Bytes free for this user on the disk that holds `folder`; nil where that cannot be told.
    package static func free(_ folder: URL) -> Int? {
        var status = statvfs()
        guard statvfs(folder.path, &status) == 0 else { return nil }
        return Int(status.f_bavail) * Int(status.f_frsize)
    }

    /// Whether a file can be made in `folder`.
    package static func isWritable(_ folder: URL) -> Bool { access(folder.path, W_OK) == 0 }

    private static func field(_ name: String, in file: String) -> String? {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return nil }
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == name else {
                continue
            }
            return parts[1].trimmingCharacters(in: .whitespaces)
        }
        return nil
    }

    #if !os(Linux)
        private static func text(_ name: String) -> String? {
            var size = 0
            guard sysctlbyname(name, nil, &size, nil, 0) == 0, size > 1 else { return nil }
            var bytes = [UInt8](repeating: 0, count: size)
            guard sysctlbyname(name, &bytes, &size, nil, 0) == 0 else { return nil }
            return String(decoding: bytes.dropLast(), as: UTF8.self)
        }
    #endif
}

/// Running as a lesser processor would, by what libraries read when they load.
package enum Emulation: String, CaseIterable, Sendable {
    /// As this processor is.
    case native
    /// Without AVX-512: the code that most desktop processors run.
    case avx2

    /// What oneDNN, ATen and Winnow's own kernels read.
    package var environment: [String: String] {
        switch self {
        case .native: [:]
        case .avx2:
            ["ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2", "WINNOW_ISA": "avx2"]
        }
    }
}
