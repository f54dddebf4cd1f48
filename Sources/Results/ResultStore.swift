import Formats
import Foundation

/// Finished work in a folder, so that what was interrupted goes on and nothing is done twice.
///
/// A result is a file or a folder. It is made beside its place, as `<name>.partial`, and renamed when all of it
/// is written: what has no such ending is complete. Any number of processes may share a store: a result is made
/// under its lock.
package struct ResultStore: Sendable {
    /// What to do about a result that another process is at.
    package enum Busy: Sendable {
        /// Wait until it is done.
        case wait
        /// Throw `ResultBusy`, so that something else can be done meanwhile.
        case leave
    }

    /// A name in the store, and whether its result is still being made, or was interrupted.
    package struct Entry: Sendable, Hashable {
        package let name: String
        package let isPartial: Bool

        package init(name: String, isPartial: Bool) {
            (self.name, self.isPartial) = (name, isPartial)
        }
    }

    package let folder: URL
    private let ending: String
    private let locks: URL
    private let busy: Busy
    private static let unfinished = ".partial"

    /// - Parameters:
    ///   - ending: of every result's file: `.trials`; nothing for folders.
    ///   - locks: the folder of the locks; beside the results where nil.
    ///   - isMade: whether the folders are made where they are not there.
    /// - Throws: `FormatError` when the folders cannot be made.
    package init(
        _ folder: URL, ending: String = "", locks: URL? = nil, busy: Busy = .wait,
        isMade: Bool = true
    ) throws {
        (self.folder, self.ending, self.busy) = (folder, ending, busy)
        self.locks = locks ?? folder
        guard isMade else { return }
        try Self.create(folder)
        if let locks { try Self.create(locks) }
    }

    /// Where a result is once it is done.
    package func place(_ name: String) -> URL { folder.appendingPathComponent(name + ending) }

    /// Where it is made.
    package func partial(_ name: String) -> URL {
        folder.appendingPathComponent(name + ending + Self.unfinished)
    }

    package func isDone(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: place(name).path)
    }

    /// The names of all finished results: one listing, whatever their number.
    package func finished() -> Set<String> {
        let entries = Self.entries(folder, ending: ending) ?? []
        return Set(entries.lazy.filter { !$0.isPartial }.map(\.name))
    }

    /// What lies in a store's folder, finished or not; nil where there is no such folder.
    package static func entries(_ folder: URL, ending: String = "") -> [Entry]? {
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        return names?.filter { !$0.hasPrefix(".") }.compactMap { name in
            let isPartial = name.hasSuffix(unfinished)
            let whole = isPartial ? String(name.dropLast(unfinished.count)) : name
            guard whole.hasSuffix(ending) else { return nil }
            return Entry(name: String(whole.dropLast(ending.count)), isPartial: isPartial)
        }
    }

    /// The result of a name: read where it is done, else made and then read.
    ///
    /// - Parameters:
    ///   - read: what is in its place; nil for what is no whole result, which is made again. What it throws goes on.
    ///   - make: writes the result at the place given: a file there, or a folder that may hold what an interrupted
    ///     maker left.
    /// - Throws: `ResultBusy` while another process is at it, if this store leaves busy results.
    package func result<Value>(
        _ name: String, read: (URL) throws -> Value?, make: (URL) throws -> Void
    ) throws -> Value {
        func found() throws -> Value? { isDone(name) ? try read(place(name)) : nil }
        if let found = try found() { return found }
        let lock = try claim(name)
        // The last holder may have made it.
        if let found = try found() {
            lock.retire()
            return found
        }
        sweep(name)
        try make(partial(name))
        guard lock.isHeld else {
            throw FormatError(
                file: partial(name).path, found: "was taken over by another worker",
                expected: "a worker that is never still for \(Int(Heartbeat.longest)) seconds",
                advice: "Nothing is lost: the other goes on with it.")
        }
        try Self.rename(partial(name), place(name))
        lock.retire()
        guard let made = try found() else {
            throw FormatError(
                file: place(name).path, found: "is no whole result, though it was just written",
                expected: "a finished result", advice: "Check the disk, and run the same again.")
        }
        return made
    }

    /// Removes a result, or what there is of one, unless it is wanted again by now.
    ///
    /// - Returns: whether it was removed.
    /// - Throws: `ResultBusy` while somebody is at it.
    @discardableResult
    package func remove(_ entry: Entry, if isUnwanted: () -> Bool = { true }) throws -> Bool {
        guard let lock = try ResultLock.take(lockFile(entry.name)) else {
            throw ResultBusy(name: entry.name)
        }
        defer { lock.retire() }
        guard isUnwanted() else { return false }
        let place = entry.isPartial ? partial(entry.name) : place(entry.name)
        // Out of the way first: a half-removed result is never taken for a finished one.
        let aside = folder.appendingPathComponent(".\(entry.name).removed")
        try? FileManager.default.removeItem(at: aside)
        guard Foundation.rename(place.path, aside.path) == 0 else { return false }
        try FileManager.default.removeItem(at: aside)
        return true
    }

    /// What tells a finished result from another that has its name later; nil where there is none.
    package func identity(_ name: String) -> UInt64? {
        var status = stat()
        return lstat(place(name).path, &status) == 0 ? UInt64(status.st_ino) : nil
    }

    /// Renames a finished result to `<name>.damaged`, beside those that were put aside before.
    ///
    /// - Parameter seen: its `identity` when it was found damaged.
    /// - Returns: where it is now; nil where another process is at it, or it is not there any more.
    package func setAside(_ name: String, if seen: UInt64?) throws -> URL? {
        guard let lock = try ResultLock.take(lockFile(name)) else { return nil }
        defer { lock.retire() }
        guard let seen, identity(name) == seen else { return nil }
        let place = place(name).path
        for count in 1...1000 {
            let aside = place + ".damaged" + (count == 1 ? "" : "-\(count)")
            if FileManager.default.fileExists(atPath: aside) { continue }
            return Foundation.rename(place, aside) == 0 ? URL(fileURLWithPath: aside) : nil
        }
        return nil
    }

    /// Whether somebody is at a result now.
    package func isBusy(_ name: String) -> Bool {
        ResultLock.claim(lockFile(name))?.isLive == true
    }

    /// Every claim of the store, by the names of the results.
    package func claims() -> [String: ResultLock.Claim] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: locks.path)) ?? []
        let clock = Heartbeat.Clock(of: locks)
        return names.reduce(into: [:]) { found, file in
            guard file.hasSuffix(".lock"), !file.hasPrefix(".") else { return }
            let name = String(file.dropLast(5))
            found[name] = ResultLock.claim(lockFile(name), clock)
        }
    }

    package func lockFile(_ name: String) -> URL { locks.appendingPathComponent("\(name).lock") }

    private func claim(_ name: String) throws -> ResultLock {
        while true {
            if let lock = try ResultLock.take(lockFile(name)) { return lock }
            if busy == .leave { throw ResultBusy(name: name) }
            usleep(100_000)
        }
    }

    /// Removes what a killed writer left aside (`AtomicFile`), in the result's folder or beside its file.
    private func sweep(_ name: String) {
        let inside = partial(name)
        for (place, start) in [(inside, "."), (folder, ".\(inside.lastPathComponent).")] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []
            for name in names where name.hasPrefix(start) && name.hasSuffix(Self.unfinished) {
                try? FileManager.default.removeItem(at: place.appendingPathComponent(name))
            }
        }
    }

    /// Makes a folder for results, with those above it.
    package static func create(_ folder: URL) throws {
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true)
        } catch {
            throw FormatError(
                file: folder.path, found: "cannot be created (\(error.localizedDescription))",
                expected: "a folder to keep results in",
                advice: "Free space or choose another place with `out`.")
        }
    }

    private static func rename(_ from: URL, _ to: URL) throws {
        guard Foundation.rename(from.path, to.path) == 0 else {
            throw FormatError(
                file: to.path, found: "cannot be put in place: \(String(cString: strerror(errno)))",
                expected: "a finished result", advice: "Free space and run the same command again.")
        }
    }
}
