import Core
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

    /// Stages that are finished, and those at work or cut off.
    private func stages(_ root: URL) -> (done: Int, open: Int) {
        let folder = root.appending(path: "stages").path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let open = names.count { $0.hasSuffix(".partial") }
        return (names.count - open, open)
    }

    /// Killed at random moments of the work, by seeds and whatever the machine's speed, then two at once of which one is killed, then left alone.
    @Test(.enabled(if: ProcessInfo.processInfo.environment[Self.variable] == nil))
    func killedAtAnyMoment() throws {
        try withStageFolder { folder in
            _ = try pictureData(folder.appending(path: "pictures"))
            let (calm, stormy) = (folder.appending(path: "calm"), folder.appending(path: "stormy"))
            try finish(calm)
            var random = SplitMix64(seed: 5)
            var cutOff = 0
            for round in 0..<6 {
                let workers = try (0..<(round < 4 ? 1 : 2)).map { _ in try start(stormy) }
                // Some stages further than the last kill, and somewhere in the next.
                let goal = stages(stormy).done + random.index(below: 4)
                while workers.contains(where: \.isRunning) {
                    let now = stages(stormy)
                    if now.done >= goal, now.open > 0 { break }
                    usleep(500)
                }
                usleep(UInt32(random.index(below: 20_000)))
                for worker in workers { kill(worker.processIdentifier, SIGKILL) }
                for worker in workers { worker.waitUntilExit() }
                cutOff += stages(stormy).open
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
