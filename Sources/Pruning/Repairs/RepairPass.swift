import Foundation
import Models
import Torch

/// One pass of pictures through the smaller network, in which each layer is mended before it runs: so that it
/// makes up for all that was changed before it, repairs included.
struct RepairPass {
    private let whole: Model
    private let small: Model
    private let groups: ChannelGroups
    private let cut: Cut
    private let calibration: LayerInputs
    private let steps: Set<Repair.Step>

    /// - Parameters:
    ///   - whole: the network before the cut, whose layers are to be imitated.
    ///   - small: after it; its tensors are changed.
    init(
        whole: Model, small: Model, _ groups: ChannelGroups, _ selection: Cut.Selection,
        _ calibration: LayerInputs, _ steps: [Repair.Step]
    ) throws {
        (self.whole, self.small, self.groups) = (whole, small, groups)
        cut = try Cut(groups, removing: selection)
        (self.calibration, self.steps) = (calibration, Set(steps))
    }

    func run() throws {
        guard steps.contains(.gramRidge) || steps.contains(.variance) else { return }
        let readers = Dictionary(grouping: calibration.readers, by: \.reader.input)
        let writers = try OutputPlace.all(small.graph)
        // With batch norms that are taken again, later layers see what they will see.
        let isTraining = steps.contains(.batchNorm)
        let executor = try Executor(
            Model(
                small.graph.withoutDropout, small.state, classes: small.classes,
                masks: small.masks))
        try noGrad {
            _ = try executor.run(calibration.pictures, training: isTraining) { name, value in
                if steps.contains(.variance), let writer = writers[name] {
                    try VarianceRepair(small, cut, calibration).mend(writer, value)
                }
                guard steps.contains(.gramRidge) else { return }
                for place in readers[name] ?? [] {
                    try GramRidge(whole, small, cut, calibration).mend(place, value)
                }
            }
        }
    }
}

/// A layer reads what went from what stays: V <- V B with the ridge regression B of what the whole network's
/// layer read on what this one reads (GRAIL, CPAL 2026).
///
/// B = S + (C - S A) (A + lambda I)^-1 with A = E[x x^T] of what is read now, C = E[y x^T] with y what was read
/// before, S the selection of the channels that stay, lambda = 1e-3 mean(diag A). Where nothing before was
/// changed this is G R^T (R G R^T + lambda I)^-1 for the channels that went and the identity for those that
/// stay; where nothing at all was, it changes nothing.
struct GramRidge {
    private let whole: Model
    private let small: Model
    private let cut: Cut
    private let calibration: LayerInputs

    /// Of the mean of the diagonal.
    static let ridge = 1e-3

    init(_ whole: Model, _ small: Model, _ cut: Cut, _ calibration: LayerInputs) {
        (self.whole, self.small) = (whole, small)
        (self.cut, self.calibration) = (cut, calibration)
    }

    /// - Parameter value: what the layer reads in the smaller network.
    func mend(_ place: InputPlaces, _ value: Tensor) throws {
        let reader = place.reader
        let kept = keptChannels(place)
        let now = try place.sample(value).to(dtype: .float64)
        let before = try calibration.input(reader.node).to(dtype: .float64)
        guard now.shape[0] == before.shape[0], now.shape[1] == kept.count else {
            throw PruningError(
                "'\(reader.weight)' reads \(now.shape) where \([before.shape[0], kept.count]) was "
                    + "expected")
        }
        let prediction = try Self.prediction(before, now, kept)
        let weight = try weight(place)
        try small.state.require(reader.weight).copy_(
            try Self.product(weight, prediction, place, width: kept.count).to(dtype: .float32))
    }

    private func keptChannels(_ place: InputPlaces) -> [Int] {
        let entries = cut.kept(of: place.reader.weight)?[place.reader.inner]
        guard let entries else { return Array(place.channels.indices) }
        return entries.filter { $0 % place.entries == 0 }.map { $0 / place.entries }
    }

    /// The whole network's weight without the outputs that went, float64.
    private func weight(_ place: InputPlaces) throws -> Tensor {
        let name = place.reader.weight
        var weight = try whole.state.require(name).detached().to(dtype: .float64)
        for (dim, entries) in cut.kept(of: name) ?? [:] where dim != place.reader.inner {
            weight = try weight.indexSelect(
                dim: dim, Tensor(entries.map(Int64.init), [entries.count]))
        }
        return weight
    }

    /// B, [channels before, channels now].
    ///
    /// - Parameters:
    ///   - before: [places, channels before].
    ///   - now: [places, channels now].
    ///   - kept: of each channel now, which it was before.
    static func prediction(_ before: Tensor, _ now: Tensor, _ kept: [Int]) throws -> Tensor {
        let scale = 1 / Double(max(1, now.shape[0]))
        let a = try now.transposed(0, 1).matmul(now) * scale
        let c = try before.transposed(0, 1).matmul(now) * scale
        let (rows, columns) = (before.shape[1], kept.count)
        var ones = [Double](repeating: 0, count: rows * columns)
        for (column, row) in kept.enumerated() { ones[row * columns + column] = 1 }
        let selection = try Tensor(ones, [rows, columns])
        let diagonal: [Double] = try a.values()
        let mean = (0..<columns).reduce(0) { $0 + diagonal[$1 * columns + $1] } / Double(columns)
        guard mean > 0 else { return selection }
        var ridge = [Double](repeating: 0, count: columns * columns)
        for place in 0..<columns { ridge[place * columns + place] = Self.ridge * mean }
        let left = try a + Tensor(ridge, [columns, columns])
        let missing = try c - selection.matmul(a)
        return try selection + left.solve(missing.transposed(0, 1)).transposed(0, 1)
    }

    /// V B along the weight's input dimension.
    private static func product(
        _ weight: Tensor, _ prediction: Tensor, _ place: InputPlaces, width: Int
    ) throws -> Tensor {
        let (inner, last) = (place.reader.inner, weight.rank - 1)
        let moved = try weight.transposed(inner, last).contiguous()
        let outer = Array(moved.shape.dropLast())
        let product: Tensor
        if place.entries == 1 {
            product = try moved.reshaped([-1, moved.shape[last]]).matmul(prediction)
                .reshaped(outer + [width])
        } else {
            let parts = try moved.reshaped([-1, place.channels.count, place.entries])
                .transposed(1, 2).contiguous()
            let flat = try parts.reshaped([-1, place.channels.count]).matmul(prediction)
            product = try flat.reshaped([-1, place.entries, width]).transposed(1, 2).contiguous()
                .reshaped(outer + [width * place.entries])
        }
        return try product.transposed(inner, last).contiguous()
    }
}

/// Each channel of a layer's output gets back the spread, and where a bias can take it the mean, that it had in
/// the whole network: for networks without batch norms of their own (REPAIR, Jordan et al. 2022), shrunk
/// towards no change where few numbers tell (log of the ratio times n / (n + 32)).
struct VarianceRepair {
    private let small: Model
    private let cut: Cut
    private let calibration: LayerInputs

    /// Numbers that stand for no change.
    static let prior = 32.0

    init(_ small: Model, _ cut: Cut, _ calibration: LayerInputs) {
        (self.small, self.cut, self.calibration) = (small, cut, calibration)
    }

    /// - Parameter value: what the layer puts out in the smaller network; changed with the layer.
    func mend(_ writer: OutputPlace, _ value: Tensor) throws {
        let node = small.graph.nodes[writer.node]
        guard let before = calibration.outputs[writer.node] else { return }
        let weight = try small.state.require(node.inputs[1])
        let outer = try outerDim(node)
        let now = try OutputMoments(value, dim: writer.dim)
        let kept = cut.kept(of: node.inputs[1])?[outer] ?? Array(before.means.indices)
        guard kept.count == now.means.count else { return }
        let shrinkage = Double(now.count) / (Double(now.count) + Self.prior)
        let ratios = kept.indices.map { channel -> Double in
            let (old, new) = (before.deviations[kept[channel]], now.deviations[channel])
            return old > 0 && new > 0 ? pow(old / new, shrinkage) : 1
        }
        // Nothing but rounding: left as it is, to the last bit.
        let shifts = kept.indices.map { channel in
            shrinkage * (before.means[kept[channel]] - ratios[channel] * now.means[channel])
        }
        let isSame = zip(ratios, shifts).allSatisfy { abs($0 - 1) < 1e-5 && abs($1) < 1e-5 }
        if isSame { return }
        try scale(weight, dim: outer, ratios)
        try scale(value, dim: writer.dim < 0 ? value.rank - 1 : 1, ratios)
        guard node.inputs.count > 2, !node.inputs[2].isEmpty else { return }
        let bias = try small.state.require(node.inputs[2])
        try scale(bias, dim: 0, ratios)
        let shift = try Tensor(shifts.map { Float($0) }, [shifts.count])
        try bias.add_(shift)
        var shape = [Int](repeating: 1, count: value.rank)
        shape[writer.dim < 0 ? value.rank - 1 : 1] = shifts.count
        try value.add_(shift.reshaped(shape))
    }

    private func scale(_ tensor: Tensor, dim: Int, _ factors: [Double]) throws {
        var shape = [Int](repeating: 1, count: tensor.rank)
        shape[dim] = factors.count
        try tensor.mul_(Tensor(factors.map { Float($0) }, shape))
    }

    private func outerDim(_ node: Node) throws -> Int {
        switch node.type {
        case "Conv": 0
        case "Gemm": try node.flag("transB") ? 0 : 1
        default: 1
        }
    }
}
