import Torch

/// The ranges of a network's values, looked at picture by picture.
package struct ActivationRanges {
    package private(set) var ranges: [String: ActivationRange] = [:]

    /// Bins between a value's smallest and largest number, of which percentiles are read.
    static let bins = 2048

    /// Looks at `names` while the network runs.
    ///
    /// - Parameter forEachBatch: gives every batch [N, 3, H, W] to its argument, the same each time.
    /// - Throws: `NetworkError` for no pictures, or numbers that are not finite.
    package init(
        _ model: Model, of names: [String], _ calibration: Calibration,
        forEachBatch: ((Tensor) throws -> Void) throws -> Void
    ) throws {
        // Asked for as outputs, values are there even where the executor would fuse the step that makes them.
        var model = model
        model.graph.outputs += names.filter { !model.graph.outputs.contains($0) }
        let executor = try Executor(model)
        let (places, wanted) = (model.graph.outputs, Set(names))
        func values(_ x: Tensor, _ body: (String, Tensor) throws -> Void) throws {
            try noGrad {
                let outputs = try executor.outputs(x, training: false)
                for (name, value) in zip(places, outputs) where wanted.contains(name) {
                    try body(name, value)
                }
            }
        }
        var extremes: [String: (low: Float, high: Float)] = [:]
        try forEachBatch { x in
            try values(x) { name, value in
                let dims = Array(0..<value.rank)
                let low = try Float(value.reduced(.minimum, over: dims, keepDim: false).item())
                let high = try Float(value.reduced(.maximum, over: dims, keepDim: false).item())
                guard low.isFinite, high.isFinite else {
                    throw NetworkError(
                        "'\(name)' is not finite on the pictures that were looked at")
                }
                let known = extremes[name] ?? (low, high)
                extremes[name] = (min(known.low, low), max(known.high, high))
            }
        }
        guard names.allSatisfy({ extremes[$0] != nil }) else {
            throw NetworkError("no pictures were given to look at: at least one is needed")
        }
        ranges = extremes.mapValues { ActivationRange(low: $0.low, high: $0.high) }
        guard calibration == .percentile else { return }
        var counts = extremes.mapValues { _ in [Int](repeating: 0, count: Self.bins) }
        try forEachBatch { x in
            try values(x) { name, value in
                guard let (low, high) = extremes[name], high > low else { return }
                let numbers: [Float] = try value.contiguous().values()
                counts[name]?.count(numbers, from: low, to: high)
            }
        }
        for (name, (low, high)) in extremes where high > low {
            ranges[name] = Self.range(counts[name] ?? [], from: low, to: high)
        }
    }

    /// The range of a histogram without `Calibration.tail` at either end, to whole bins outwards.
    static func range(_ counts: [Int], from low: Float, to high: Float) -> ActivationRange {
        let allowed = Int(Double(counts.reduce(0, +)) * Calibration.tail)
        let width = (high - low) / Float(max(1, counts.count))
        func cut(_ bins: [Int]) -> Int {
            var seen = 0
            for (bin, count) in bins.enumerated() {
                seen += count
                if seen > allowed { return bin }
            }
            return 0
        }
        return ActivationRange(
            low: low + width * Float(cut(counts)),
            high: high - width * Float(cut(counts.reversed())))
    }
}

extension [Int] {
    /// Counts numbers into as many bins as it has.
    fileprivate mutating func count(_ numbers: [Float], from low: Float, to high: Float) {
        let scale = Float(count) / (high - low)
        let last = count - 1
        withUnsafeMutableBufferPointer { bins in
            for number in numbers { bins[Swift.min(last, Int((number - low) * scale))] += 1 }
        }
    }
}
