import Foundation
import Results

/// Why a stage failed, as the worker that was at it wrote it down: `failed/<identity>.json`, gone when the stage is
/// taken up again.
package struct StageFailure: Codable, Sendable {
    package let reason: String
    package let host: String
    /// Slurm's; empty outside of a job.
    package let job: String
    /// Seconds since 1970.
    package let at: Double

    init(_ error: any Error) {
        reason = String("\(error)".prefix(2000))
        (host, job) = (ThisProcess.host, ThisProcess.job)
        at = Date().timeIntervalSince1970
    }

    private static func folder(_ store: StageStore) -> URL {
        store.root.appendingPathComponent("failed")
    }

    private static func file(_ id: String, _ store: StageStore) -> URL {
        folder(store).appendingPathComponent("\(id).json")
    }

    /// Words for onlookers: that they cannot be written is no other failure.
    func write(_ id: String, _ store: StageStore) {
        try? ResultStore.create(Self.folder(store))
        try? StageStore.write(self, to: Self.file(id, store))
    }

    static func clear(_ id: String, _ store: StageStore) {
        unlink(file(id, store).path)
    }

    /// Every failure that is written down, by the stages' identities.
    static func all(_ store: StageStore) -> [String: StageFailure] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder(store).path)
        return (names ?? []).reduce(into: [:]) { found, name in
            guard name.hasSuffix(".json"), !name.hasPrefix(".") else { return }
            let id = String(name.dropLast(5))
            found[id] = try? StageStore.read(StageFailure.self, from: file(id, store))
        }
    }
}
