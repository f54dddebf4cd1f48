import CFaces

/// Scratch memory for the rows of a feature map: all of them, or only the last few.
///
/// Row y lies at place y modulo `kept`, so a network can move down a picture in little memory.
final class FeatureRows {
    private(set) var height = 0
    private(set) var width = 0
    private(set) var channels = 0
    private var kept = 1
    private var stride = 0
    private var capacity = 0
    private var memory: UnsafeMutablePointer<Float>?
    /// Where the rows of the last `rows` lie.
    private let table = UnsafeMutablePointer<UnsafePointer<Float>>.allocate(capacity: 4)

    deinit {
        memory?.deallocate()
        table.deallocate()
    }

    /// Makes room for `kept` rows (all by default); what was there is lost.
    func reshape(height: Int, width: Int, channels: Int, kept: Int? = nil) {
        precondition(height > 0 && width > 0 && channels > 0, "an empty feature map")
        (self.height, self.width, self.channels) = (height, width, channels)
        self.kept = min(kept ?? height, height)
        // Pooling writes up to 15 values past a row.
        stride = (width * channels + 31) / 16 * 16
        guard self.kept * stride > capacity || memory == nil else { return }
        memory?.deallocate()
        capacity = self.kept * stride
        let fresh = UnsafeMutablePointer<Float>.allocate(capacity: capacity)
        fresh.initialize(repeating: 0, count: capacity)
        memory = fresh
    }

    /// Where row `y` lies.
    func row(_ y: Int) -> UnsafeMutablePointer<Float> {
        guard let memory else { preconditionFailure("reshape before use") }
        return memory + y % kept * stride
    }

    /// Where `count` (at most 4) rows from `y` lie; valid until the next call.
    func rows(_ y: Int, _ count: Int) -> UnsafePointer<UnsafePointer<Float>> {
        precondition(count <= 4 && count <= kept, "these rows are not kept")
        for i in 0..<count { table[i] = UnsafePointer(row(y + i)) }
        return UnsafePointer(table)
    }

    /// The size of a pooling's output along one axis: windows of `kernel` by 2, the last may be cut
    /// (PyTorch's ceil mode).
    static func pooled(_ size: Int, kernel: Int) -> Int { (size - kernel + 1) / 2 + 1 }

    /// One row of a max pooling by 2 of this map; only the first `keeping` channels are written.
    func pool(
        row y: Int, kernel: Int, keeping kept: Int, _ kernels: wf_kernels,
        into out: UnsafeMutablePointer<Float>
    ) {
        let count = min(kernel, height - 2 * y)
        kernels.pool(
            rows(2 * y, count), Int32(count), Int32(width), Int32(channels), Int32(kernel),
            Int32(kept), Int32(Self.pooled(width, kernel: kernel)), out)
    }

    /// The whole map pooled.
    func pool(
        kernel: Int, keeping kept: Int, _ kernels: wf_kernels, into out: FeatureRows
    ) {
        out.reshape(
            height: Self.pooled(height, kernel: kernel), width: Self.pooled(width, kernel: kernel),
            channels: kept)
        for y in 0..<out.height {
            pool(row: y, kernel: kernel, keeping: kept, kernels, into: out.row(y))
        }
    }
}
