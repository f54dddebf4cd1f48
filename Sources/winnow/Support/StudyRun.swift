import ArgumentParser
import Datasets
import Foundation
import Networks
import Studies
import Torch
import Training

/// One study on its way: planned, worked on, and written down.
struct StudyRun {
    let study: Study
    let source: StudySourceOptions
    let folder: URL
    let device: Device
    let data: PictureData
    let plan: StudyPlan
    let estimate: PlanEstimate
    /// Files of weights, by architecture.
    let files: [Architecture: String]
    private let store: StageStore
    private let parent = getppid()

    /// Reads pictures and weights, and plans every stage; trains nothing.
    init(
        _ study: Study, _ source: StudySourceOptions, folder: URL, device: Device, isQuiet: Bool
    ) throws {
        self.study = study
        self.source = source
        self.folder = folder
        self.device = device
        data = try source.read(study, isQuiet: isQuiet)
        // Refuses a manifest whose split leaks, unless the protocol does too.
        for kind in study.protocols {
            _ = try data.plan(protocolName: kind.name, copies: kind.copies, seed: 0)
        }
        let starts = try source.starts(study)
        files = starts.files
        plan = try StudyPlanner.plan(study, PlanFacts(data, weights: starts.sources))
        store = try StageStore(folder, busy: .leave)
        estimate = try PlanEstimate(plan, data, store)
    }

    /// Where the study, as it was asked for, is kept for its workers.
    var studyFile: URL { folder.appendingPathComponent("study.json") }

    /// Writes down what is about to run.
    func begin() throws {
        try StageStore.write(study, to: studyFile)
        try store.keep(plan)
    }

    /// Every stage, done or not, and how long the rest may take.
    func list(threads: Int) throws {
        var rows = [["stage", "", "what"]]
        for item in plan.items {
            rows.append([
                String(item.stage.id.prefix(12)), store.isDone(item.stage) ? "done" : "open",
                item.label,
            ])
        }
        for row in rows { print(row.joined(separator: "  ")) }
        let left = estimate.left(threads: threads)
        print(
            "\(plan.items.count) stages, \(estimate.done) done; about "
                + "\(Console.clock(left.seconds)) left on \(threads) threads "
                + "(\(left.basis.rawValue))")
    }

    /// Does stages as a worker process, saying nothing but to its progress file.
    func work() throws {
        try work(onChange: { _ in })
    }

    private func work(onChange: @escaping (WorkerProgress) -> Void) throws {
        let log = try WorkerLog(store, threads: Runtime.threads, onChange: onChange)
        // A worker whose program was killed does not go on unseen.
        let parent = parent
        let stop = { Interruption.isRequested || getppid() != parent }
        let stages = NetworkStages(
            store, data, device: device, isCancelled: stop, onProgress: { log.note($1) })
        var read: [Architecture: StateDictionary] = [:]
        try StudyWorker(
            plan, stages,
            weights: { architecture in
                if let known = read[architecture] { return known }
                guard let file = files[architecture] else {
                    throw StudyError("no weights for \(architecture.rawValue)")
                }
                let state = try Pretrained.read(URL(fileURLWithPath: file), architecture).state
                read[architecture] = state
                return state
            }, isCancelled: stop, onStage: { log.note($0, $1) }
        ).run()
    }

    /// Does the stages in this process, with a line that shows how far it is.
    func workInSight() throws {
        let screen = StudyScreen(self, threads: Runtime.threads)
        do {
            try work { screen.show([$0]) }
            screen.finish()
        } catch let stop where stop is StudyStopped || stop is Interrupted {
            screen.finish()
            throw interrupted()
        } catch {
            screen.finish()
            throw error
        }
    }

    /// What an interrupted study says.
    func interrupted() -> StudyError {
        StudyError(
            "interrupted. \(estimate.done) of \(plan.items.count) stages are safe; one in progress "
                + "goes on after its last finished epoch. Run the same command to go on")
    }

    /// Writes the records, measures costs, and shows the tables.
    func finish() throws {
        let results = StudyResults(plan, store)
        let report = ExperimentReport(
            conditions: try study.protocols.flatMap(conditions), runs: try results.runs())
        var written = try results.write(conditions: conditions)
        print(report.plain)
        let costs = try StudyCosts(
            plan, NetworkStages(store, data, device: device), device: device
        ).records()
        if !costs.isEmpty {
            try StageStore.write(costs, to: folder.appendingPathComponent("costs.json"))
            print(StudyCosts.table(costs).plain)
            written.append("costs.json")
        }
        Console.note("  records  \(folder.path)/: \(written.joined(separator: ", "))")
    }

    /// What a reader must know to weigh the numbers of a protocol.
    private func conditions(_ kind: StudyProtocol) throws -> [String] {
        let store = data.store
        let training = study.training
        var lines = [
            "Protocol: \(kind.name)",
            "Pictures: \(store.count) in \(store.classes.count) classes at \(study.size) px "
                + "(fingerprint \(store.fingerprint.prefix(12))), groups by \(data.groupRule)",
        ]
        lines += study.architectures.map(startWords)
        lines.append(
            "Training: \(kind.epochs) epochs, batch \(training.batchSize), rate "
                + "\(training.learningRate); \(study.seeds.count) \(study.seeds.count == 1 ? "seed" : "seeds"); study \(study.name), preset "
                + study.preset)
        let facts = try PlanFacts(data, weights: [:])
        lines += try data.warnings(facts.split(kind, seed: study.seeds.first ?? 0))
        if !study.reductions.isEmpty {
            lines.append("Reduced: " + study.reductions.joined(separator: "; ") + ".")
        }
        return lines
    }

    private func startWords(_ architecture: Architecture) -> String {
        let name = "Start weights: \(architecture.rawValue)"
        guard let file = files[architecture] else {
            return name
                + ": SUBSTITUTE, not ImageNet's but trained on each seed's own training pictures"
        }
        let hash = (try? NetworkFiles.sha256(URL(fileURLWithPath: file))) ?? ""
        return "\(name), SHA-256 \(hash.prefix(12))"
            + (OfficialHashes.isOfficial(hash)
                ? "" : ": not the official ImageNet file, a substitute for it")
    }
}
