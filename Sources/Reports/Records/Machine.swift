import Foundation

/// The machine that a report is made on, in words.
enum Machine {
    /// `Linux x86_64, 2 cores (AMD EPYC), 24 GiB`.
    static var text: String {
        let info = ProcessInfo.processInfo
        let memory = Double(info.physicalMemory) / Double(1 << 30)
        let model = processor.map { " (\($0))" } ?? ""
        return "\(system) \(architecture), \(info.activeProcessorCount) cores\(model), "
            + "\(Int(memory.rounded())) GiB"
    }

    private static var system: String {
        #if os(Linux)
            "Linux"
        #else
            "macOS"
        #endif
    }

    private static var architecture: String {
        #if arch(x86_64)
            "x86_64"
        #else
            "arm64"
        #endif
    }

    /// The processor's name, where /proc tells it.
    private static var processor: String? {
        guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else {
            return nil
        }
        let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
        return line?.split(separator: ":", maxSplits: 1).last
            .map { $0.trimmingCharacters(in: .whitespaces) }
    }
}
