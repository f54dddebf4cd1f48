import Datasets
import Foundation
import Testing
import Torch

@testable import Studies

/// Workers that are killed lose nothing: this file runs itself as their process.
@Suite(.serialized) struct StudyKillTests {
    private static let variable = "WINNOW_TEST_WORKER"

    /// The body of a worker; does nothing unless it is one.
    @Test(.enabled(if: ProcessInfo.processInfo.environment[Self.variable] != nil))
    func worker() throws {
        let folder = try #require(ProcessInfo.processInfo.environment[Self.variable])
        Runtime.threads = 1
        let root = URL(fileURLWithPath: folder)
        let pictures = root.deletingLastPathComponent().appending(path: "pictures")
        try TinyStudy.work(TinyStudy.data(pictures), root)
    }

    private func start(_ root: URL) throws -> Process {
        let process = Process()
        process.executableURL = try #require(Bundle.main.executableURL)
        process.arguments = [
            "--testing-library", "swift-testing", "--filter", "StudyKillTests/worker",
        ]
        process.environment = ProcessInfo.processInfo.environment.merging([
            Self.variable: root.path, "OMP_NUM_THREADS": "1",
        ]) { $1 }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    private func finish(_ root: URL) throws {
        let process = try start(root)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    /// Every file of the store's finished stages.
    private func contents(_ root: URL) throws -> [String: Data] {
        let stages = root.appending(path: "stages")
        let names = try FileManager.default.subpathsOfDirectory(atPath: stages.path)
        return try Dictionary(
            uniqueKeysWithValues: names.map { name in
                let file = stages.appending(path: name)
                var isFolder: ObjCBool = false
                FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder)
                return (name, isFolder.boolValue ? Data() : try Data(contentsOf: file))
            })
    }

    /// Killed at random moments, by seeds, then two at once of which one is killed, then left alone.
    @Test(.enabled(if: ProcessInfo.processInfo.environment[Self.variable] == nil))
    func killedAtAnyMoment() throws {
        try withStageFolder { folder in
            _ = try pictureData(folder.appending(path: "pictures"))
            let (calm, stormy) = (folder.appending(path: "calm"), folder.appending(path: "stormy"))
            let clock = ContinuousClock()
            let whole = try clock.measure { try finish(calm) }
            var random = SeededGenerator(seed: 5)
            var cutOff = 0
            for round in 0..<6 {
                let workers = try (0..<(round < 4 ? 1 : 2)).map { _ in try start(stormy) }
                let share = Double(random.below(1000)) / 1000
                // Well into the work, and further with each kill.
                let span = whole * (0.2 + 0.5 * share)
                usleep(UInt32(span / .microseconds(1)))
                for worker in workers { kill(worker.processIdentifier, SIGKILL) }
                for worker in workers { worker.waitUntilExit() }
                let open = stormy.appending(path: "stages").path
                let names = try? FileManager.default.contentsOfDirectory(atPath: open)
                cutOff += (names ?? []).filter { $0.hasSuffix(".partial") }.count
            }
            #expect(cutOff > 0, "no kill hit a stage at work")
            try finish(stormy)
            let (expected, found) = (try contents(calm), try contents(stormy))
            #expect(Set(found.keys) == Set(expected.keys))
            for (name, bytes) in expected { #expect(found[name] == bytes, "\(name)") }
            #expect(expected.count > 60)
            #expect(!expected.keys.contains { $0.contains("partial") })
        }
    }
}
