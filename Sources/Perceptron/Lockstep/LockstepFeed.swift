/// Rows and sample weights for sixteen nets, a chunk of slots at a time.
struct LockstepFeed {
    /// Slots prepared at a time.
    static let chunk = 128

    private var schedules: [RowSchedule]
    private let rate: Float
    private let batch: Int
    private let steady: Int
    private var started = false
    /// Rows of lane l from `rows[l * (chunk + 1)]`: the first slot is the chunk's own first sample.
    private(set) var rows: [UInt32]
    /// What each slot weighs, times the rate; one entry only while every net weighs the same.
    private(set) var scales: [Lanes] = []
    /// 1 for a net that is still training.
    private(set) var active: [Lanes] = []
    /// Slots until the last net is done.
    let total: Int

    /// A feed for `jobs`, whose sample weights are multiplied by `rate`.
    init(_ jobs: [TrainingJob], _ settings: TrainingSettings, rate: Float) {
        schedules = jobs.map { RowSchedule($0, settings) }
        self.rate = rate
        batch = settings.batchSize
        total = schedules.map(\.total).max() ?? 0
        steady = batch == 1 ? schedules.map(\.total).min() ?? 0 : 0
        rows = Array(repeating: 0, count: 16 * (Self.chunk + 1))
    }

    /// Prepares `count` slots from `position`; lanes without a job weigh nothing.
    mutating func prepare(position: Int, count: Int) {
        let width = Self.chunk + 1
        rows.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for lane in schedules.indices {
                let own = base + lane * width
                if started { own[0] = own[Self.chunk] } else { schedules[lane].fill(own, count: 1) }
                schedules[lane].fill(own + 1, count: Self.chunk)
            }
        }
        started = true
        weigh(position: position, count: count)
    }

    private mutating func weigh(position: Int, count: Int) {
        let varied = position + count > steady
        if !varied, !scales.isEmpty { return }
        scales.removeAll(keepingCapacity: true)
        active.removeAll(keepingCapacity: true)
        for slot in position..<(varied ? position + count : position + 1) {
            var scale = Lanes(), running = Lanes()
            for lane in schedules.indices {
                scale[lane] = rate * schedules[lane].weight(at: slot)
                running[lane] = slot < schedules[lane].total ? 1 : 0
            }
            scales.append(scale)
            active.append(running)
        }
    }
}
