import Core
import Foundation
import Perceptron

/// How far a study is.
package struct StudyProgress: Sendable {
    package let done: Int
    package let total: Int
    /// What kind of work is counted: `nets`, `baselines`.
    package let phase: String
    /// What was just finished.
    package let detail: String
}

/// Trains and reduces every replicate of every cell, on all cores.
package struct TableRun: Sendable {
    package let data: TableData
    package let settings: TableSettings
    package let workers: Parallel
    /// Where finished cells are kept and found again; `nil`: nowhere.
    package let store: TrialStore?
    /// Told of progress, from any thread; throws to stop.
    package let report: @Sendable (StudyProgress) throws -> Void

    package init(
        _ data: TableData, _ settings: TableSettings, workers: Parallel, store: TrialStore?,
        report: @escaping @Sendable (StudyProgress) throws -> Void
    ) throws {
        try settings.check()
        self.data = data
        self.settings = settings
        self.workers = workers
        self.store = store
        self.report = report
    }

    /// The cells in the order that tables list them.
    package static func cells(_ settings: TableSettings) -> [TableCell] {
        settings.protocols.flatMap { name in
            settings.optimizers.flatMap { optimizer in
                settings.hiddenSizes.map {
                    TableCell(hidden: $0, optimizer: optimizer, protocolName: name)
                }
            }
        }
    }

    /// All trials by cell; what an earlier, interrupted run finished is read, not done again.
    package func trials() throws -> [TableCell: [TableTrial]] {
        var finished: [TableCell: [TableTrial]] = [:]
        for cell in Self.cells(settings) {
            finished[cell] = store?.read(cell, settings)
        }
        let cells = Self.cells(settings).filter { finished[$0] == nil }
        let pieces = try cells.flatMap { cell in
            let trainer = try TableTrainer(data, settings, cell)
            return Self.groups(settings.replicates(cell.optimizer)).map { (trainer, $0) }
        }
        // Longest first, so that no core is left with a long piece at the end.
        let costs = pieces.map { Self.cost($0.0, $0.1) }
        let order = pieces.indices.sorted { (costs[$1], $0) < (costs[$0], $1) }
        let ledger = Ledger(pieces.map { (cell: $0.0.cell, replicates: $0.1) }, store: store)
        _ = try workers.map(pieces.count, starting: order) { piece in
            let (trainer, replicates) = pieces[piece]
            let trials = try Self.piece(trainer, replicates)
            try report(try ledger.finish(piece, trials, settings))
            return true
        }
        return finished.merging(ledger.trials) { $1 }
    }

    private static func piece(
        _ trainer: TableTrainer, _ replicates: Range<Int>
    ) throws -> [TableTrial] {
        let trained = try trainer.trials(replicates)
        let retrained = max(
            0,
            min(
                trainer.settings.retrained(trainer.cell.optimizer) - replicates.lowerBound,
                replicates.count))
        guard retrained > 0, trainer.settings.retrainEpochs > 0 else { return trained.map(\.trial) }
        return try trainer.retrained(Array(trained.prefix(retrained)))
            + trained.dropFirst(retrained).map(\.trial)
    }

    /// Replicates in groups that fill the vectors.
    private static func groups(_ replicates: Int) -> [Range<Int>] {
        stride(from: 0, to: replicates, by: LockstepTrainer.lanes).map {
            $0..<min($0 + LockstepTrainer.lanes, replicates)
        }
    }

    /// About how long a piece takes, in vectors of weights moved / 1000.
    private static func cost(_ trainer: TableTrainer, _ replicates: Range<Int>) -> Int {
        let settings = trainer.settings
        let retrained = max(
            0,
            min(settings.retrained(trainer.cell.optimizer), replicates.upperBound)
                - replicates.lowerBound)
        let groups = retrained * 14 / LockstepTrainer.lanes
        let epochs = settings.epochs + groups * settings.retrainEpochs
        let rule = trainer.cell.optimizer == .sgd ? 1 : 4
        return max(1, epochs * trainer.data.count * trainer.cell.hidden * rule / 1000)
    }
}

/// The trials so far; writes a cell when its last piece is in.
private final class Ledger: @unchecked Sendable {
    private let lock = NSLock()
    private let total: Int
    private let store: TrialStore?
    private var done = 0
    private var missing: [TableCell: Int]
    private let pieces: [(cell: TableCell, replicates: Range<Int>)]
    private(set) var trials: [TableCell: [TableTrial]] = [:]

    init(_ pieces: [(cell: TableCell, replicates: Range<Int>)], store: TrialStore?) {
        self.pieces = pieces
        self.store = store
        total = pieces.reduce(0) { $0 + $1.replicates.count }
        missing = Dictionary(grouping: pieces, by: \.cell).mapValues(\.count)
    }

    func finish(
        _ piece: Int, _ new: [TableTrial], _ settings: TableSettings
    ) throws -> StudyProgress {
        let cell = pieces[piece].cell
        return try lock.withLock {
            done += new.count
            trials[cell, default: []] += new
            missing[cell, default: 1] -= 1
            if missing[cell] == 0, let all = trials[cell] {
                let sorted = all.sorted { $0.replicate < $1.replicate }
                trials[cell] = sorted
                try store?.write(cell, sorted, settings)
            }
            return StudyProgress(done: done, total: total, phase: "nets", detail: cell.name)
        }
    }
}
