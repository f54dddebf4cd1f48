import Core
import Formats
import Foundation
import Results

/// What each stage of a plan is, in one file, in the order of identities: a worker that does one stage finds its line by
/// halving, and reads a few blocks of a file of any length.
///
///     plans/<hash of the stages>.stages      <identity> {"keeps":true,"label":"…","size":64,"stage":{…}}
package struct StageBook {
    /// One line.
    package struct Entry: Codable, Sendable {
        package let stage: Stage
        /// As the plan calls the stage.
        package let label: String
        /// Whether the network of a training is kept.
        package let keeps: Bool
        /// Pixels a side that the study's pictures have.
        package let size: Int
    }

    private let file: FileHandle
    private let length: UInt64
    private static let digits = 64
    private static let block = 4096

    private init(_ url: URL) throws {
        file = try FileHandle(forReadingFrom: url)
        length = try file.seekToEnd()
    }

    static func write(_ plan: StudyPlan, to url: URL) throws {
        let lines = try plan.items.sorted { $0.stage.id < $1.stage.id }.map { item in
            let entry = Entry(
                stage: item.stage, label: item.label, keeps: plan.keepsNetwork(item.stage),
                size: plan.study.size)
            return Data("\(item.stage.id) ".utf8) + (try CanonicalJSON.line.document(entry))
        }
        try StageStore.write(lines: lines, to: url)
    }

    /// The stage of a store whose identity begins with some digits, as `winnow submit` wrote it down.
    ///
    /// - Throws: `StudyError` where there is none, or more than one.
    package static func find(_ digits: String, in root: URL) throws -> Entry {
        let folder = root.appendingPathComponent("plans")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let books = names.filter { $0.hasSuffix(".stages") && !$0.hasPrefix(".") }.sorted()
        guard !books.isEmpty else {
            throw StudyError(
                "\(root.path): no stages are written down here. Expected the folder of a study that "
                    + "winnow submit was called with (`out`)")
        }
        var found: [String: Entry] = [:]
        for name in books {
            let book = try StageBook(folder.appendingPathComponent(name))
            for entry in try book.entries(digits.lowercased()) {
                // Several plans may have it: what one of them keeps is kept.
                if found[entry.stage.id]?.keeps != true { found[entry.stage.id] = entry }
            }
        }
        guard let entry = found.values.first else {
            throw StudyError(
                "\(root.path): no stage begins with '\(digits)'. The lists in jobs/ name them")
        }
        guard found.count == 1 else {
            throw StudyError(
                "\(root.path): several stages begin with '\(digits)'. Give more digits")
        }
        return entry
    }

    /// Up to two entries whose identities begin with `prefix`.
    private func entries(_ prefix: String) throws -> [Entry] {
        guard !prefix.isEmpty, prefix.count <= Self.digits else { return [] }
        var (low, high) = (UInt64(0), length)
        var first = length
        while low < high {
            let middle = low + (high - low) / 2
            let start = try lineStart(from: middle)
            if start < length, try identity(at: start) < prefix {
                low = start + 1
            } else {
                (high, first) = (middle, start)
            }
        }
        var found: [Entry] = []
        while found.count < 2, first < length, try identity(at: first).hasPrefix(prefix) {
            let end = try lineStart(from: first + 1)
            let json = try read(first + UInt64(Self.digits) + 1, Int(end - first) - Self.digits - 1)
            found.append(try JSONDecoder().decode(Entry.self, from: json))
            first = end
        }
        return found
    }

    /// Where the first line begins that does not begin before `place`.
    private func lineStart(from place: UInt64) throws -> UInt64 {
        guard place > 0 else { return 0 }
        var place = place - 1
        while place < length {
            let bytes = try read(place, Self.block)
            if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
                return place + UInt64(end - bytes.startIndex) + 1
            }
            place += UInt64(bytes.count)
        }
        return length
    }

    private func identity(at place: UInt64) throws -> String {
        String(decoding: try read(place, Self.digits), as: UTF8.self)
    }

    private func read(_ place: UInt64, _ count: Int) throws -> Data {
        try file.seek(toOffset: place)
        return try file.read(upToCount: count) ?? Data()
    }
}

extension StageStore {
    /// Writes lines, aside and renamed.
    static func write(lines: [Data], to url: URL) throws {
        var all = Data(capacity: lines.reduce(0) { $0 + $1.count })
        for line in lines { all.append(line) }
        try AtomicFile.write(all, to: url)
    }
}
