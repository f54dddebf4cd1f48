import Core
import Datasets
import Foundation
import Models
import Results
import Torch
import Training

/// One stage of a study, done by a process that reads no more than the stage needs: what `winnow work` is.
package struct StageTask {
    private let entry: StageBook.Entry
    private let store: StageStore
    private let parents: [StageBook.Entry]
    private let source: StudySource
    private let host: StudyHost
    private let device: Device

    /// - Parameters:
    ///   - digits: the first of the stage's identity.
    ///   - folder: of the study, which `Submission` wrote the stages of.
    package init(
        _ digits: String, in folder: URL, _ source: StudySource, device: Device, _ host: StudyHost
    ) throws {
        entry = try StageBook.find(digits, in: folder)
        parents = try entry.stage.parents.map { try StageBook.find($0, in: folder) }
        var store = try StageStore(folder, busy: .leave)
        store.note = host.note
        self.store = store
        (self.source, self.host, self.device) = (source, host, device)
    }

    package var label: String { entry.label }

    /// What a task came to.
    package enum Outcome: String, Sendable {
        case done
        /// It was done before.
        case found
    }

    /// Returns when the stage is done, by this process or another that is at it.
    ///
    /// - Throws: `StudyStopped` or `Interrupted` when asked to stop; why the stage failed, which is written down for
    ///   `winnow runs watch`.
    package func run(onChange: @escaping (WorkerProgress) -> Void = { _ in }) throws -> Outcome {
        do {
            return try performed(onChange)
        } catch {
            let isStopped = host.isCancelled() || error is StudyStopped || error is Interrupted
            if !isStopped { StageFailure(error).write(entry.stage.id, store) }
            throw error
        }
    }

    private func performed(_ onChange: @escaping (WorkerProgress) -> Void) throws -> Outcome {
        let log = try WorkerLog(
            store, threads: Runtime.threads, pause: 10, onChange: onChange)
        let preprocessing = try Preprocessing.imageNet(size: entry.size)
        let stages = networkStages(preprocessing, log)
        if isDone(entry, stages) {
            StageFailure.clear(entry.stage.id, store)
            return .found
        }
        if let open = parents.first(where: { !isDone($0, stages) }) {
            throw StudyError(
                "'\(entry.label)' needs '\(open.label)' (\(open.stage.id.prefix(12))), which is not "
                    + "done. Do that first, or submit the study again (winnow submit, `resume`)")
        }
        StageFailure.clear(entry.stage.id, store)
        let item = StudyPlan.Item(stage: entry.stage, label: entry.label)
        log.note(item, .begun)
        while !isDone(entry, stages) {
            if host.isCancelled() { throw StudyStopped() }
            do {
                try attempt(stages)
            } catch is ResultBusy {
                // Whoever is at it may yet fail.
                usleep(1_000_000)
            }
        }
        log.note(item, .done)
        return .done
    }

    private func attempt(_ stages: NetworkStages) throws {
        if store.isDone(entry.stage) {
            try store.discard(entry.stage, if: { !isDone(entry, stages) })
        }
        do {
            try stages.perform(entry.stage, parents.map(\.stage), weights: weights)
        } catch let damage as DamagedStage {
            try store.setAside(damage)
            throw StudyError(
                "\(damage). That stage was put aside: submit the study again to have it done "
                    + "again (winnow submit, `resume`)")
        }
    }

    private func networkStages(_ preprocessing: Preprocessing, _ log: WorkerLog) -> NetworkStages {
        var stages = NetworkStages(
            store, preprocessing, pictures: pictures, device: device,
            isCancelled: host.isCancelled, onProgress: { log.note($1) })
        stages.keepsNetwork = { _ in entry.keeps }
        return stages
    }

    private func isDone(_ entry: StageBook.Entry, _ stages: NetworkStages) -> Bool {
        stages.isDone(entry.stage, withNetwork: entry.keeps)
    }

    /// The study's pictures, which must be those that it was planned with.
    private func pictures() throws -> PictureData {
        let study = try Study.read(StudyRun.studyFile(store.root))
        let data = try source.read(study, host)
        guard let planned = entry.stage.data, try data.identity() == planned else {
            throw StudyError(
                "\(source.name): these are not the pictures that the study was planned with "
                    + "(another fingerprint). Give back those, or submit the study again")
        }
        return data
    }

    private func weights(_ architecture: Architecture) throws -> StateDictionary {
        guard let path = try source.files(architecture)[architecture] else {
            throw StudyError(
                "no weights for \(architecture.rawValue): name them with `weights` "
                    + "\(architecture.rawValue)=FILE")
        }
        let file = URL(fileURLWithPath: path)
        guard case .start(_, let planned, _, _) = entry.stage.work,
            try WeightsFile.sha256(file) == planned
        else {
            throw StudyError(
                "\(path): these are not the weights that the study was planned with (another "
                    + "SHA-256). Put those back, or submit the study again")
        }
        return try Pretrained.read(file, architecture, size: entry.size, replacesHead: true).state
    }
}
