import Perceptron

extension TableTrainer {
    /// Retrains the reduced nets of `trials`, and the unreduced one as a control, and fills in
    /// their accuracies. A bound that leaves the net as it was takes the control's.
    ///
    /// All nets of a replicate see the rows in the same new order. Adam starts without memory.
    func retrained(
        _ trials: [(trial: TableTrial, variants: [Variant])]
    ) throws -> [TableTrial] {
        var finished = trials.map(\.trial)
        let work = trials.indices.flatMap { index in
            trials[index].variants.filter(isRetrained).map { (index, $0) }
        }
        let plan = settings.training(cell.optimizer, epochs: settings.retrainEpochs)
        for start in stride(from: 0, to: work.count, by: LockstepTrainer.lanes) {
            let group = work[start..<min(start + LockstepTrainer.lanes, work.count)]
            let nets = try LockstepTrainer.train(
                group.map { job($1, replicate: trials[$0].trial.replicate) }, plan)
            for ((index, variant), net) in zip(group, nets) {
                let test = variant.test
                let logits = Logits(net, HiddenActivations(net, test))
                let accuracy = 100 * Double(logits.correct(test.labels)) / Double(test.count)
                if let place = variant.place {
                    finished[index].bounds[place.kind][place.bound].retrained = accuracy
                } else {
                    finished[index].control = accuracy
                }
            }
        }
        return finished.map(carried)
    }

    /// The study retrains what the paper's tables show: similar units merged, complementary ones
    /// dropped the paper's way.
    private func isRetrained(_ variant: Variant) -> Bool {
        guard let place = variant.place else { return true }
        switch TableReduction.allCases[place.kind] {
        case .similar, .complementary(.paper): return true
        case .complementary: return false
        }
    }

    private func job(_ variant: Variant, replicate: Int) -> TrainingJob {
        var job = variant.job
        job.net = variant.net
        job.aliveUnits = variant.alive
        job.seed = settings.seed("retraining order", cell.protocolName, String(replicate))
        return job
    }

    /// Fills each bound that has the same net as the bound before it.
    private func carried(_ trial: TableTrial) -> TableTrial {
        var trial = trial
        for (kind, reduction) in TableReduction.allCases.enumerated() {
            guard reduction == .similar || reduction == .complementary(.paper) else { continue }
            var last = trial.control
            for bound in trial.bounds[kind].indices {
                last = trial.bounds[kind][bound].retrained ?? last
                trial.bounds[kind][bound].retrained = last
            }
        }
        return trial
    }
}
