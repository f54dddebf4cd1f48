import Foundation
import Testing

@testable import Results

/// Claims hold without flock(2): among threads, among processes, and after one that was killed.
@Suite struct ResultLockTests {
    private static let variable = "WINNOW_TEST_CLAIMS"

    private func withLock(_ body: (URL) throws -> Void) throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "claims-\(UUID())")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: root) }
        try body(root.appending(path: "a.lock"))
    }

    /// Puts a claim there as a process would that is not this one.
    @discardableResult
    private func leave(_ file: URL, _ claimant: Claimant, secondsAgo: Double = 0) throws -> URL {
        try FileManager.default.createDirectory(at: file, withIntermediateDirectories: true)
        let own = file.appending(path: claimant.name)
        try Data("words".utf8).write(to: own)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -secondsAgo)], ofItemAtPath: own.path)
        return own
    }

    private func claimant(place: String, pid: Int32, began: UInt64 = 1) -> Claimant {
        Claimant(host: "n7", place: place, pid: pid, began: began, job: "12_3", serial: 4)
    }

    @Test func namesSayWhoHolds() throws {
        let one = claimant(place: "ab-12", pid: 4711)
        #expect(one.name == "n7+ab-12+4711+1+12_3+4")
        #expect(Claimant(one.name) == one)
        #expect(one.words == "process 4711 on n7, job 12_3")
        for name in [".nfs0001", "n7+ab-12+0+1++4", "n7+ab-12+4711+1+4", ""] {
            #expect(Claimant(name) == nil, "\(name)")
        }
        #expect(Claimant.own().name != Claimant.own().name)
    }

    /// The heartbeat tells of another machine's process, the kernel of this one's.
    @Test func whatIsLeftIsTakenOverAndNothingElse() throws {
        let child = Process()
        child.executableURL = URL(filePath: "/bin/sh")
        child.arguments = ["-c", "exit 0"]
        try child.run()
        child.waitUntilExit()
        let here = ThisProcess.place
        let cases: [(name: String, by: Claimant, age: Double, isLeft: Bool)] = [
            ("elsewhere, alive", claimant(place: "else-1", pid: 1), 0, false),
            ("elsewhere, quiet for a while", claimant(place: "else-1", pid: 1), 100, false),
            ("elsewhere, gone", claimant(place: "else-1", pid: 1), 3600, true),
            ("here, gone", claimant(place: here, pid: child.processIdentifier), 0, true),
            ("here, its number another's", claimant(place: here, pid: getpid()), 0, true),
            (
                "here, alive",
                claimant(place: here, pid: getpid(), began: ThisProcess.began), 3600, false
            ),
        ]
        for (name, by, age, isLeft) in cases {
            try withLock { file in
                try leave(file, by, secondsAgo: age)
                #expect(ResultLock.claim(file)?.isLive == !isLeft, "\(name)")
                #expect(ResultLock.holder(file) == "words")
                let lock = try ResultLock.take(file, as: "me")
                #expect((lock != nil) == isLeft, "\(name)")
                #expect(ResultLock.holder(file) == (isLeft ? "me" : "words"), "\(name)")
                #expect(ResultLock.claim(file)?.isLive == true)
                lock?.retire()
                #expect(FileManager.default.fileExists(atPath: file.path) == !isLeft)
            }
        }
    }

    /// Who was taken for gone and is not notices, and leaves the other's claim alone.
    @Test func aClaimThatWasTakenOverIsNotHeld() throws {
        try withLock { file in
            let lock = try #require(try ResultLock.take(file))
            #expect(lock.isHeld)
            let name = try #require(ResultLock.claim(file)?.by.name)
            let other = claimant(place: "else-1", pid: 1)
            try FileManager.default.moveItem(
                at: file.appending(path: name), to: file.appending(path: other.name))
            #expect(!lock.isHeld)
            lock.retire()
            #expect(ResultLock.claim(file)?.by == other)
        }
    }

    @Test func locksOfBeforeAreRespected() throws {
        try withLock { file in
            let descriptor = open(file.path, O_RDWR | O_CREAT, 0o644)
            #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
            let busy = try ResultLock.take(file)
            #expect(busy == nil)
            close(descriptor)
            let free = try ResultLock.take(file)
            #expect(free != nil)
        }
    }

    @Test func ofManyThatSeeAClaimLeftOneTakesItOver() throws {
        for _ in 0..<20 {
            try withLock { file in
                try leave(file, claimant(place: "else-1", pid: 1), secondsAgo: 3600)
                let found = Found()
                DispatchQueue.concurrentPerform(iterations: 8) { _ in
                    found.add(try? ResultLock.take(file))
                }
                #expect(found.locks.count == 1)
            }
        }
    }

    private final class Found: @unchecked Sendable {
        private let lock = NSLock()
        private(set) var locks: [ResultLock] = []
        func add(_ one: ResultLock?) { lock.withLock { if let one { locks.append(one) } } }
    }

    /// Whether a process has ended, asked about by its parent or not.
    private static func isGone(_ pid: Int32) -> Bool {
        if kill(pid, 0) != 0 { return true }
        let facts = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        return facts?.split(separator: ")").last?.first { $0 != " " } == "Z"
    }

    /// The body of a process: takes the claim again and again, and says where two hold it at once.
    @Test(.enabled(if: ProcessInfo.processInfo.environment[Self.variable] != nil))
    func claiming() throws {
        let path = try #require(ProcessInfo.processInfo.environment[Self.variable])
        let file = URL(filePath: path)
        let inside = file.deletingLastPathComponent().appending(path: "inside")
        let times = file.deletingLastPathComponent().appending(path: "times-\(getpid())")
        var count = 0
        while count < 60 {
            guard let lock = try ResultLock.take(file) else { continue }
            let mark = open(inside.path, O_CREAT | O_EXCL | O_WRONLY, 0o644)
            // One that was killed within left its mark; so does nobody else.
            let holder = try? String(contentsOf: inside, encoding: .utf8)
            let isLeft = holder == "" || holder.flatMap { Int32($0) }.map(Self.isGone) ?? false
            #expect(mark >= 0 || isLeft, "two hold it: \(holder ?? "")")
            try Data("\(getpid())".utf8).write(to: inside)
            usleep(200)
            unlink(inside.path)
            close(mark)
            lock.retire()
            count += 1
        }
        try Data("\(count)".utf8).write(to: times)
    }

    /// Three processes, the first of which is killed on the way: nobody waits for it, and no two are in at once.
    @Test(.enabled(if: ProcessInfo.processInfo.environment[Self.variable] == nil))
    func processesTakeTurns() throws {
        try withLock { file in
            let all = try (0..<3).map { _ in
                let process = Process()
                process.executableURL = try #require(Bundle.main.executableURL)
                process.arguments = [
                    "--testing-library", "swift-testing", "--filter", "ResultLockTests/claiming",
                ]
                process.environment = ProcessInfo.processInfo.environment
                    .merging([Self.variable: file.path]) { $1 }
                process.standardOutput = FileHandle.nullDevice
                process.standardError = FileHandle.nullDevice
                try process.run()
                return process
            }
            // While it holds the claim.
            while all[0].isRunning {
                if ResultLock.claim(file)?.by.pid == all[0].processIdentifier {
                    kill(all[0].processIdentifier, SIGKILL)
                    break
                }
            }
            for process in all { process.waitUntilExit() }
            #expect(all[0].terminationReason == .uncaughtSignal, "it was never seen at work")
            #expect(all[1...].allSatisfy { $0.terminationStatus == 0 })
        }
    }
}
