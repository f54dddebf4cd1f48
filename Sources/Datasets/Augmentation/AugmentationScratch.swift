/// Memory for one thread's augmentation, reused from picture to picture.
package final class AugmentationScratch {
    /// The largest blur, and so the most rows that are kept.
    static let largestBlur = 31
    /// Floats past the end of a row that vector code may touch.
    private static let slack = 16

    /// Width of the pictures, side of the current blur.
    private(set) var width = 0
    private(set) var blur = 1
    private var memory: UnsafeMutablePointer<Float>?
    private var stride = 0
    private var capacity = 0
    private let unused: UnsafeMutablePointer<Float>

    package init() {
        unused = .allocate(capacity: 1)
        unused.initialize(to: 0)
    }

    deinit {
        memory?.deallocate()
        unused.deallocate()
    }

    /// Makes room for a line and `blur` rows; allocates only for the first or a larger picture.
    func prepare(width: Int, blur: Int) {
        precondition(width > 0 && (1...Self.largestBlur).contains(blur), "size out of range")
        self.width = width
        self.blur = blur
        stride = 3 * (width + Self.largestBlur) + Self.slack
        let needed = stride * (Self.largestBlur + 1)
        guard needed > capacity else { return }
        memory?.deallocate()
        let fresh = UnsafeMutablePointer<Float>.allocate(capacity: needed)
        fresh.initialize(repeating: 0, count: needed)
        memory = fresh
        capacity = needed
    }

    /// One row of values, with room for half a blur on both sides.
    var line: UnsafeMutablePointer<Float> {
        (memory ?? unused) + 3 * (Self.largestBlur / 2)
    }

    /// Row y of the last `blur` rows.
    func row(_ y: Int) -> UnsafePointer<Float> {
        UnsafePointer((memory ?? unused) + stride * (1 + y % blur))
    }

    /// Row y becomes the sums of `blur` neighbouring pixels of the line, reflected at its ends.
    func sumAlongLine(into y: Int) {
        let radius = blur / 2
        for step in 1...radius {
            for c in 0..<3 {
                line[-3 * step + c] = line[3 * reflected(-step, width) + c]
                let last = width - 1
                line[3 * (last + step) + c] = line[3 * reflected(last + step, width) + c]
            }
        }
        sum(of: blur, into: UnsafeMutablePointer(mutating: row(y))) {
            UnsafePointer(line + 3 * ($0 - radius))
        }
    }

    /// The line becomes the sum of the `blur` rows around y, reflected at the picture's ends.
    func sumRows(around y: Int, height: Int) {
        sum(of: blur, into: line) { row(reflected(y + $0 - blur / 2, height)) }
    }

    /// Adds up an odd number of rows, three first and then two at a time.
    @inline(__always)
    private func sum(
        of number: Int, into sums: UnsafeMutablePointer<Float>,
        _ row: (Int) -> UnsafePointer<Float>
    ) {
        let count = 3 * width
        let (a, b, c) = (row(0), row(1), row(2))
        for i in 0..<count { sums[i] = a[i] + b[i] + c[i] }
        for step in Swift.stride(from: 3, to: number, by: 2) {
            let (d, e) = (row(step), row(step + 1))
            for i in 0..<count { sums[i] += d[i] + e[i] }
        }
    }
}
