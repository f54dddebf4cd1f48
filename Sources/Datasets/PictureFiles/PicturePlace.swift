import Formats
import Foundation

/// Where prepared pictures go: into memory up to a limit, into a file in the cache folder beyond.
package struct PicturePlace: Sendable {
    /// The share of the machine's memory (or of what the process may use of it) that pictures take.
    package static let share = 0.5

    /// Bytes that pictures may take in memory.
    package var memory: UInt64
    /// What the limit is, for messages: `half of this machine's 16.0 GB`.
    package var memoryWords: String
    /// The folder of the files.
    package var folder: URL
    /// Bytes of pictures that are prepared in memory before they are written.
    package var blockBytes = 256 << 20

    package init(memory: UInt64, memoryWords: String, folder: URL) {
        (self.memory, self.memoryWords, self.folder) = (memory, memoryWords, folder)
    }

    /// Half of the memory there is, and `pictures` in the cache folder.
    ///
    /// - Parameter environment: `WINNOW_PICTURE_MEMORY` sets the limit (`500M`, `8G`, `0`),
    ///   `WINNOW_CACHE` another cache folder.
    /// - Throws: `DatasetError` for a limit that is no number of bytes.
    package init(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(DatasetError) {
        let folder = CacheFolder.url(environment).appendingPathComponent("pictures")
        if let text = environment["WINNOW_PICTURE_MEMORY"], !text.isEmpty {
            guard let bytes = Self.bytes(text) else {
                throw DatasetError(
                    "WINNOW_PICTURE_MEMORY is '\(text)'; expected bytes, as in 500M, 8G or 0. Correct "
                        + "it, or unset it for half of the memory")
            }
            self.init(memory: bytes, memoryWords: "WINNOW_PICTURE_MEMORY=\(text)", folder: folder)
            return
        }
        let (all, isGroup) = Self.available()
        let whose = isGroup ? "this process may use" : "of this machine"
        self.init(
            memory: UInt64(Double(all) * Self.share),
            memoryWords: "half of the \(Self.gigabytes(Double(all))) GB \(whose)", folder: folder)
    }

    /// A number of bytes with K, M, G or T for powers of 1024.
    static func bytes(_ text: String) -> UInt64? {
        let units: [Character: UInt64] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40]
        let unit = text.last.flatMap { units[Character($0.uppercased())] }
        guard let number = UInt64(unit == nil ? text[...] : text.dropLast()) else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: unit ?? 1)
        return overflow ? nil : bytes
    }

    /// For messages: billions of bytes.
    static func gigabytes(_ bytes: Double) -> String {
        String(format: bytes < 1e7 ? "%.6f" : bytes < 1e9 ? "%.3f" : "%.1f", bytes / 1e9)
    }
}

extension PicturePlace {
    /// Bytes of memory that this process can have, and whether a control group (a container's, a
    /// batch job's) sets them rather than the machine.
    static func available() -> (bytes: UInt64, isGroup: Bool) {
        let machine = ProcessInfo.processInfo.physicalMemory
        let groups = (try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8)) ?? ""
        let least = limits(groups) { try? String(contentsOfFile: $0, encoding: .utf8) }.min()
        guard let least, least < machine else { return (machine, false) }
        return (least, true)
    }

    /// The limits that Linux sets to the groups of a process and to those around them.
    ///
    /// - Parameters:
    ///   - groups: `/proc/self/cgroup`: lines of `number:controllers:/path`.
    ///   - read: a file's text; nil where there is none.
    static func limits(_ groups: String, read: (String) -> String?) -> [UInt64] {
        var files: Set<String> = []
        for line in groups.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let isSecond = parts[1].isEmpty
            guard isSecond || parts[1].split(separator: ",").contains("memory") else { continue }
            let top = "/sys/fs/cgroup" + (isSecond ? "" : "/memory")
            let name = isSecond ? "/memory.max" : "/memory.limit_in_bytes"
            var path = parts[2] == "/" ? "" : String(parts[2])
            files.insert(top + name)
            while !path.isEmpty {
                files.insert(top + path + name)
                path = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
            }
        }
        return files.compactMap { file in
            read(file).flatMap { UInt64($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        }
    }
}
