import Core

/// The order in which one of the sixteen nets sees its rows, epoch after epoch.
///
/// An epoch is padded to whole batches: slots past the last row of a short batch weigh nothing, so
/// that every net closes its batches at the same slots even where nets have different rows.
struct RowSchedule {
    private var order: [UInt32]
    private var generator: SplitMix64
    private let shuffles: Bool
    private let batch: Int
    private let epochSlots: Int
    private var slot = 0
    /// Slots to the end of training.
    let total: Int

    init(_ job: TrainingJob, _ settings: TrainingSettings) {
        order = job.trainingRows.map(UInt32.init)
        generator = SplitMix64(seed: job.seed, stream: 2)
        shuffles = job.shuffles
        batch = settings.batchSize
        epochSlots = (order.count + batch - 1) / batch * batch
        total = epochSlots * settings.epochs
    }

    /// Writes the next `count` rows; a slot without a row repeats the epoch's first.
    mutating func fill(_ rows: UnsafeMutablePointer<UInt32>, count: Int) {
        var done = 0
        while done < count {
            if slot == 0, shuffles {
                order.withUnsafeMutableBufferPointer { generator.shufflePacked($0) }
            }
            let run = min(count - done, epochSlots - slot)
            for offset in 0..<run {
                let place = slot + offset
                rows[done + offset] = order[place < order.count ? place : 0]
            }
            done += run
            slot = slot + run == epochSlots ? 0 : slot + run
        }
    }

    /// What slot `position` of the whole training weighs: 1 / rows of its batch, or 0.
    func weight(at position: Int) -> Float {
        guard position < total else { return 0 }
        let place = position % epochSlots
        guard place < order.count else { return 0 }
        let start = place / batch * batch
        return 1 / Float(min(batch, order.count - start))
    }
}
