import Training

/// One live line for the stage at work.
final class StudyStatus {
    private var line: ProgressLine?
    private var label = ""
    private var epoch = 0

    /// A stage is about to run, or to be found done.
    func begin(_ label: String) {
        line?.finish()
        line = nil
        self.label = label
        epoch = 0
        if !Console.isTerminal { Console.note("  \(label)") }
    }

    /// Shows how far the stage is; each epoch has its own pace.
    func show(_ progress: Trainer.Progress) {
        if progress.epoch != epoch {
            line?.finish()
            line = ProgressLine(
                "\(label)  epoch \(progress.epoch)/\(progress.epochs)", unit: "pictures")
            epoch = progress.epoch
        }
        let loss = (progress.loss * 1000).rounded() / 1000
        line?.update(progress.done, of: progress.total, "loss \(loss)")
    }

    func end() {
        line?.finish()
        line = nil
    }
}
