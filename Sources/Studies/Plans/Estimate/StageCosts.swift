/// What stages cost on this machine, from those that it has done, or is at.
///
/// Seconds are a thread's: a stage that took two threads three seconds cost six.
struct StageCosts {
    /// Sums over what was measured of one kind.
    private struct Sum {
        var work = 0.0
        var seconds = 0.0
        var stages = 0.0

        mutating func add(_ other: Sum) {
            work += other.work
            seconds += other.seconds
            stages += other.stages
        }

        /// Seconds for a unit of work; nil where nothing was measured.
        var rate: Double? { work > 0 ? seconds / work : nil }
        /// Seconds for a stage.
        var mean: Double? { stages > 0 ? seconds / stages : nil }
    }

    private var sums: [StageLoad.Kind: Sum] = [:]
    /// Seconds for a unit of work where no training was measured yet.
    private let probed: Double?

    /// - Parameter probed: a thread's seconds for a unit of work, by a step timed beforehand.
    init(probed: Double? = nil) { self.probed = probed }

    /// Whether the cost of a training was measured in this study.
    var isMeasured: Bool { sums.contains { $0.key.isTraining && $0.value.work > 0 } }

    /// A stage that took `seconds` of a thread for `work` of its load.
    mutating func add(_ load: StageLoad, work: Double, seconds: Double) {
        guard seconds > 0, work > 0 || !load.kind.isTraining else { return }
        sums[load.kind, default: Sum()].add(Sum(work: work, seconds: seconds, stages: 1))
    }

    /// A thread's seconds for a stage: by the rate of its kind, or else by that of all trainings, or else
    /// by the step that was timed; nil where none of them is known.
    ///
    /// A stage that trains nothing costs what those of its kind did, or else what all such did; nothing as
    /// long as none was seen.
    func seconds(_ load: StageLoad) -> Double? {
        if load.kind.isTraining { return rate(load.kind).map { $0 * load.work } }
        return sums[load.kind]?.mean ?? total { !$0.isTraining }.mean ?? 0
    }

    /// A thread's seconds for `work` of a kind of training.
    func rate(_ kind: StageLoad.Kind) -> Double? {
        sums[kind]?.rate ?? total(\.isTraining).rate ?? probed
    }

    private func total(_ isWanted: (StageLoad.Kind) -> Bool) -> Sum {
        var total = Sum()
        for (kind, sum) in sums where isWanted(kind) { total.add(sum) }
        return total
    }
}
