import Core
import Foundation
import Results
import Training

/// Where a worker is, as others read it from its file while it runs.
package struct WorkerProgress: Codable, Sendable {
    package let pid: Int32
    package let stage: String
    /// As the plan calls the stage.
    package let label: String
    /// From 1, of how many; 0 of 0 in a stage that does not train.
    package let epoch: Int
    package let epochs: Int
    /// Pictures done in this epoch, of how many.
    package let done: Int
    package let total: Int
    package let loss: Double?
    /// Validation accuracy after the last epoch.
    package let accuracy: Double?
    /// Pictures a second since the stage was taken up; nil at first.
    package let rate: Double?
    /// Seconds since 1970.
    package let updated: Double
    /// When the stage was taken up, and the pictures that were trained on since; nil in files of before.
    package var begun: Double? = nil
    package var pictures: Int? = nil
    /// Of the worker.
    package var threads: Int? = nil
    /// The machine, and where process numbers mean the same on it (`Claimant`); nil in files of before.
    package var host: String? = nil
    package var place: String? = nil
}

/// How long a stage took: outside of its record, which holds no times.
struct StageTiming: Codable, Sendable {
    /// That training steps passed over; 0 for stages that train nothing.
    let pictures: Int
    let seconds: Double
    let threads: Int

    private static func file(_ id: String, _ store: StageStore) -> URL {
        store.root.appendingPathComponent("timings/\(id).json")
    }

    /// nil where none was written, or nothing usable.
    static func read(_ id: String, _ store: StageStore) -> StageTiming? {
        guard let data = try? Data(contentsOf: file(id, store)),
            let timing = try? JSONDecoder().decode(StageTiming.self, from: data),
            timing.pictures >= 0, timing.seconds > 0, timing.threads > 0
        else { return nil }
        return timing
    }

    func write(_ id: String, _ store: StageStore) {
        try? CanonicalJSON.line.encode(self).write(to: Self.file(id, store), options: .atomic)
    }
}

/// Writes a worker's progress and timings beside the stages of a store.
package final class WorkerLog {
    private let store: StageStore
    private let threads: Int
    private let file: URL
    private var item: StudyPlan.Item?
    private var begun = Date()
    private var pictures = 0
    private var last: (epoch: Int, done: Int) = (0, 0)
    private var written = Date.distantPast
    private let onChange: (WorkerProgress) -> Void
    private let pause: Double

    /// - Parameters:
    ///   - pause: seconds between two words at least, unless an epoch ends: a thousand workers would keep a file
    ///     server busy with half a second.
    ///   - onChange: told as often.
    package init(
        _ store: StageStore, threads: Int, pause: Double = 0.5,
        onChange: @escaping (WorkerProgress) -> Void = { _ in }
    ) throws {
        self.store = store
        self.threads = threads
        self.pause = pause
        self.onChange = onChange
        let folder = store.root.appendingPathComponent("progress")
        try ResultStore.create(folder)
        try ResultStore.create(store.root.appendingPathComponent("timings"))
        file = folder.appendingPathComponent(
            "\(ThisProcess.host)-\(getpid()).json")
    }

    deinit { try? FileManager.default.removeItem(at: file) }

    /// A stage was taken up, or is done.
    package func note(_ item: StudyPlan.Item, _ event: StudyWorker.Event) {
        switch event {
        case .begun:
            self.item = item
            (begun, pictures, last) = (Date(), 0, (0, 0))
            write(item, nil, rate: nil)
        case .done:
            StageTiming(
                pictures: pictures, seconds: Date().timeIntervalSince(begun), threads: threads
            ).write(item.stage.id, store)
        }
    }

    /// A step of training is done.
    package func note(_ progress: Trainer.Progress) {
        let isSame = progress.epoch == last.epoch
        pictures += progress.done - (isSame ? last.done : 0)
        last = (progress.epoch, progress.done)
        let now = Date()
        guard let item, now.timeIntervalSince(written) >= pause || !isSame else { return }
        let seconds = now.timeIntervalSince(begun)
        write(item, progress, rate: seconds > 0.2 ? Double(pictures) / seconds : nil)
    }

    private func write(_ item: StudyPlan.Item, _ progress: Trainer.Progress?, rate: Double?) {
        written = Date()
        let state = WorkerProgress(
            pid: getpid(), stage: item.stage.id, label: item.label, epoch: progress?.epoch ?? 0,
            epochs: progress?.epochs ?? 0, done: progress?.done ?? 0, total: progress?.total ?? 0,
            loss: progress?.loss, accuracy: progress?.accuracy, rate: rate,
            updated: written.timeIntervalSince1970, begun: begun.timeIntervalSince1970,
            pictures: pictures, threads: threads, host: ThisProcess.host, place: ThisProcess.place)
        // Words for onlookers: a study does not end for want of them.
        try? CanonicalJSON.line.encode(state).write(to: file, options: .atomic)
        onChange(state)
    }
}

extension StageStore {
    /// Workers that are alive on this machine, by their process numbers.
    package func workers() -> [WorkerProgress] {
        progress().filter {
            ($0.place ?? ThisProcess.place) == ThisProcess.place
                && (kill($0.pid, 0) == 0 || errno == EPERM)
        }.sorted { $0.pid < $1.pid }
    }

    /// Workers on any machine: those that hold a claim which is alive.
    func workers(_ claims: [String: ResultLock.Claim]) -> [WorkerProgress] {
        progress().filter { worker in
            guard let claim = claims[worker.stage], claim.isLive else { return false }
            return claim.by.pid == worker.pid && (worker.place ?? claim.by.place) == claim.by.place
        }
    }

    /// What workers last said, alive or not.
    private func progress() -> [WorkerProgress] {
        let folder = root.appendingPathComponent("progress")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".json") }.compactMap { name in
            let file = folder.appendingPathComponent(name)
            guard let data = try? Data(contentsOf: file), data.count < 1 << 16,
                let state = try? JSONDecoder().decode(WorkerProgress.self, from: data),
                state.pid > 0
            else { return nil }
            return state
        }
    }
}
