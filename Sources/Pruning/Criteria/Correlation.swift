import Models
import Torch

extension Criterion {
    /// Keeps the channels from which least squares predicts best what the layers after make of all of them:
    /// the paper's "minimising correlation as an optimization problem".
    ///
    /// Greedy: each next channel is the one that takes most off |V (x - B x_K)|^2; a Cholesky step takes it
    /// out of the residual covariance. The last taken goes first; scores are the share of the error that is
    /// still left when a channel's turn comes.
    package static let correlation = Criterion(
        name: "correlation",
        summary: "channels that least squares predicts from those that stay",
        source: "the paper, section 5; greedy as in OSSCAR (Meng et al. 2024) by pivoted Cholesky",
        needs: [.pictures]
    ) { shared, context, _ in
        let scores = try GreedyPrediction(shared, context).scores
        // Nothing adds up over them, or reads them with other weights than zero.
        if scores.isEmpty { return .filters([Double?](repeating: nil, count: shared.count)) }
        return .filters(scores.map { $0 })
    }
}

/// Orders channels by how much they tell of what the layers after read.
struct GreedyPrediction {
    /// For each channel the share of the error left before it was taken: 1 for the first. None where no layer
    /// is to be predicted.
    private(set) var scores: [Double]

    /// A layer that reads the channels: residual covariance E [c, c], and importance H = V^T V.
    fileprivate struct Reader {
        var residual: [Double]
        /// H E.
        var weighted: [Double]
        let total: Double
        /// What is left of a channel that is predicted to rounding.
        let floor: Double
    }

    init(_ shared: SharedChannels, _ context: PruningContext) throws {
        let calibration = try context.calibrated()
        let places = calibration.readers.filter { one in
            shared.readers.contains { $0.node == one.reader.node }
        }
        var readers: [Reader] = []
        for place in places {
            let gram = try calibration.gram(place.reader.node)
            let weight = try context.state.require(place.reader.weight).detached()
            let importance = try Self.importance(weight, place)
            if let reader = try Self.reader(gram, importance, place, shared) {
                readers.append(reader)
            }
        }
        scores = readers.isEmpty ? [] : Self.greedy(&readers, shared.count)
    }

    /// V^T V over outputs and taps, [channels, channels], float64.
    private static func importance(_ weight: Tensor, _ place: InputPlaces) throws -> Tensor {
        try noGrad {
            let inner = place.reader.inner
            let last = try weight.transposed(inner, weight.rank - 1).contiguous()
            let rows: Tensor
            if place.entries == 1 {
                rows = try last.reshaped([-1, place.channels.count])
            } else {
                rows = try last.reshaped([-1, place.channels.count, place.entries])
                    .transposed(1, 2).contiguous().reshaped([-1, place.channels.count])
            }
            let wide = try rows.to(dtype: .float64)
            return try wide.transposed(0, 1).matmul(wide)
        }
    }

    /// The part of the products that belongs to these channels.
    private static func reader(
        _ gram: Tensor, _ importance: Tensor, _ place: InputPlaces, _ shared: SharedChannels
    ) throws -> Reader? {
        var entries = [[Int]](repeating: [], count: shared.count)
        for (entry, channel) in place.channels.enumerated() {
            if let channel, channel.group == shared.group { entries[channel.channel].append(entry) }
        }
        // Channels that are several entries (an attention head) are compared entry by entry, and the products added.
        guard let each = entries.first?.count, each > 0,
            entries.allSatisfy({ $0.count == each })
        else { return nil }
        func part(_ all: Tensor) throws -> Tensor {
            var sum = try Tensor.zeros([shared.count, shared.count], dtype: .float64)
            for place in 0..<each {
                let index = try Tensor(entries.map { Int64($0[place]) }, [shared.count])
                sum = try sum + all.indexSelect(dim: 0, index).indexSelect(dim: 1, index)
            }
            return sum
        }
        let (e, h) = (try part(gram), try part(importance))
        let weighted: [Double] = try h.matmul(e).values()
        let total = (0..<shared.count).reduce(0) { $0 + weighted[$1 * shared.count + $1] }
        guard total > 0 else { return nil }
        let residual: [Double] = try e.values()
        let largest = (0..<shared.count).map { residual[$0 * shared.count + $0] }.max() ?? 0
        return Reader(
            residual: residual, weighted: weighted, total: total, floor: 1e-10 * largest)
    }

    private static func greedy(_ readers: inout [Reader], _ count: Int) -> [Double] {
        var scores = [Double](repeating: 0, count: count)
        var left = Set(0..<count)
        let start = Double(readers.count)
        while !left.isEmpty {
            let error = readers.reduce(0) { $0 + $1.error(count) } / start
            let gains = readers.map { $0.gains(count) }
            let next = left.sorted().max { a, b in
                gains.reduce(0) { $0 + $1[a] } < gains.reduce(0) { $0 + $1[b] }
            }
            guard let next else { break }
            scores[next] = error
            left.remove(next)
            for index in readers.indices { readers[index].take(next, count) }
        }
        return scores
    }
}

extension GreedyPrediction.Reader {
    /// tr(H E) / tr(H G): what is not predicted yet.
    fileprivate func error(_ count: Int) -> Double {
        max(0, (0..<count).reduce(0) { $0 + weighted[$1 * count + $1] }) / total
    }

    /// For each channel e_j^T H e_j / E_jj over the whole: what taking it would take off.
    fileprivate func gains(_ count: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: count)
        residual.withUnsafeBufferPointer { residual in
            weighted.withUnsafeBufferPointer { weighted in
                for i in 0..<count {
                    for j in 0..<count {
                        sums[j] += residual[i * count + j] * weighted[i * count + j]
                    }
                }
            }
        }
        return (0..<count).map { j in
            let own = residual[j * count + j]
            return own > floor ? sums[j] / own / total : 0
        }
    }

    /// E <- E - e e^T / E_jj, H E <- H E - (H e) e^T / E_jj.
    fileprivate mutating func take(_ j: Int, _ count: Int) {
        let own = residual[j * count + j]
        guard own > floor else { return }
        let column = (0..<count).map { residual[$0 * count + j] }
        let image = (0..<count).map { weighted[$0 * count + j] }
        residual.withUnsafeMutableBufferPointer { residual in
            weighted.withUnsafeMutableBufferPointer { weighted in
                for i in 0..<count {
                    let (a, b) = (column[i] / own, image[i] / own)
                    for k in 0..<count {
                        residual[i * count + k] -= a * column[k]
                        weighted[i * count + k] -= b * column[k]
                    }
                }
            }
        }
    }
}
