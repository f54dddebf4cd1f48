import Formats
import Torch

extension Operator {
    /// Parts of tensors, and tensors from parts.
    static let selections = [
        Operator(
            name: "Concat",
            shape: { call in
                var shape = try call(0)
                let axis = try call.node.axis(call.node.int("axis", 0), rank: shape.count)
                for index in call.inputs.indices.dropFirst() {
                    let next = try call(index)
                    let others = shape.indices.filter { $0 != axis }
                    guard next.count == shape.count,
                        others.allSatisfy({ next[$0] == shape[$0] })
                    else {
                        throw call.node.problem("\(shape) and \(next) differ outside axis \(axis)")
                    }
                    shape[axis] += next[axis]
                }
                return [shape]
            },
            couple: { node, coupling in
                let rank = try coupling.shape(node.outputs[0]).count
                try coupling.stacked(node, dim: node.axis(node.int("axis", 0), rank: rank))
            },
            flow: .moved,
            run: { call in
                let parts = try call.inputs.indices.map { try call($0) }
                return [try .cat(parts, dim: call.node.int("axis", 0))]
            }),
        Operator(
            name: "Split", settings: [1: "split"],
            shape: { call in
                let x = try call(0)
                let (axis, sizes) = try split(call.node, x)
                return sizes.map { size in
                    var shape = x
                    shape[axis] = size
                    return shape
                }
            },
            couple: { node, coupling in
                let x = try coupling.shape(node.inputs[0])
                let (axis, sizes) = try split(node, x)
                let labels = try coupling.labels(node.inputs[0])
                var start = 0
                for (name, size) in zip(node.outputs, sizes) {
                    coupling.set(
                        name, labels.selecting(Array(start..<start + size), dim: axis))
                    start += size
                }
            },
            flow: .moved,
            cut: { node, cut in
                let axis = try node.axis(
                    node.int("axis", 0), rank: cut.old(node.inputs[0]).count)
                node.attributes["split"] = .ints(node.outputs.map { cut.new($0)[axis] })
                node.attributes["num_outputs"] = nil
            },
            run: { call in
                let x = try call(0)
                let (axis, sizes) = try split(call.node, x.shape)
                var start = 0
                return try sizes.map { size in
                    defer { start += size }
                    return try x.narrow(dim: axis, start: start, length: size)
                }
            }),
        Operator(
            name: "Slice", settings: [1: "starts", 2: "ends", 3: "axes", 4: "steps"],
            shape: { call in
                var shape = try call(0)
                for slice in try slices(call.node, shape) { shape[slice.dim] = slice.index.count }
                return [shape]
            },
            couple: { node, coupling in
                var labels = try coupling.labels(node.inputs[0])
                for slice in try slices(node, coupling.shape(node.inputs[0])) {
                    labels = labels.selecting(slice.index, dim: slice.dim)
                }
                coupling.set(node.outputs[0], labels)
            },
            flow: .moved,
            cut: { node, cut in
                var (starts, ends) = (try node.require("starts"), try node.require("ends"))
                for (place, slice) in try slices(node, cut.old(node.inputs[0])).enumerated() {
                    let kept = cut.kept(node.inputs[0], slice.dim)
                    guard kept.count < cut.old(node.inputs[0])[slice.dim] else { continue }
                    guard slice.step == 1 else {
                        throw node.problem("channels that it takes with steps cannot be cut")
                    }
                    let low = slice.index.first ?? 0
                    starts[place] = kept.filter { $0 < low }.count
                    ends[place] = starts[place] + cut.new(node.outputs[0])[slice.dim]
                }
                node.attributes["starts"] = .ints(starts)
                node.attributes["ends"] = .ints(ends)
            },
            run: { call in
                var x = try call(0)
                for slice in try slices(call.node, x.shape) {
                    if slice.step > 0 {
                        let start = slice.index.first ?? 0
                        let end = (slice.index.last ?? -1) + 1
                        x = try x.sliced(
                            dim: slice.dim, start: start, end: max(start, end), step: slice.step)
                    } else {
                        let index = try Tensor(
                            slice.index.map(Int64.init), [slice.index.count]
                        ).to(device: x.device)
                        x = try x.indexSelect(dim: slice.dim, index)
                    }
                }
                return [x]
            }),
        gather, gatherND, padding,
        Operator(
            name: "ScatterND", shape: { [try $0(0)] }, couple: { try $1.fixAll($0) },
            flow: .moved,
            run: { call in
                guard try call.node.text("reduction", "none") == "none" else {
                    throw call.node.problem("only the reduction 'none' is supported")
                }
                return [try call(0).scattered(at: call(1), call(2))]
            }),
    ]

    /// The axis of a Split and the size of each part.
    private static func split(_ node: Node, _ x: Shape) throws -> (axis: Int, sizes: [Int]) {
        let axis = try node.axis(node.int("axis", 0), rank: x.count)
        let count = node.outputs.count
        let even = (x[axis] + count - 1) / max(1, count)
        let equal = (0..<count).map { max(0, min(even, x[axis] - $0 * even)) }
        let sizes = try node.ints("split") ?? equal
        guard sizes.count == count, sizes.allSatisfy({ $0 >= 0 }), sizes.reduce(0, +) == x[axis]
        else { throw node.problem("parts of \(sizes) from \(x) along \(axis)") }
        return (axis, sizes)
    }

    /// One dimension of a Slice: the entries that it takes.
    private struct SliceSetting {
        let dim: Int
        let step: Int
        let index: [Int]
    }

    private static func slices(_ node: Node, _ x: Shape) throws -> [SliceSetting] {
        let (starts, ends) = (try node.require("starts"), try node.require("ends"))
        let axes = try node.axes("axes", rank: x.count) ?? Array(starts.indices)
        let steps = try node.ints("steps") ?? starts.map { _ in 1 }
        guard ends.count == starts.count, axes.count == starts.count, steps.count == starts.count,
            !steps.contains(0), Set(axes).count == axes.count, axes.allSatisfy({ $0 < x.count })
        else { throw node.problem("starts \(starts), ends \(ends), axes \(axes), steps \(steps)") }
        return starts.indices.map { place in
            let (size, step) = (x[axes[place]], steps[place])
            func bound(_ value: Int, _ low: Int, _ high: Int) -> Int {
                min(max(value < 0 ? value.addingReportingOverflow(size).0 : value, low), high)
            }
            let index =
                step > 0
                ? Array(
                    stride(
                        from: bound(starts[place], 0, size), to: bound(ends[place], 0, size),
                        by: step))
                : Array(
                    stride(
                        from: bound(starts[place], -1, size - 1),
                        to: ends[place] < -size ? -1 : bound(ends[place], -1, size - 1), by: step))
            return SliceSetting(dim: axes[place], step: step, index: index)
        }
    }

    /// Entries by number along one dimension; constant numbers are a setting.
    private static let gather = Operator(
        name: "Gather", settings: [1: "indices"],
        shape: { call in
            let x = try call(0)
            let axis = try call.node.axis(call.node.int("axis", 0), rank: x.count)
            let picked = try call.inputs.count > 1 ? call(1) : indices(call.node, x[axis]).shape
            return [Array(x[..<axis]) + picked + Array(x[(axis + 1)...])]
        },
        couple: { node, coupling in
            let x = try coupling.shape(node.inputs[0])
            let axis = try node.axis(node.int("axis", 0), rank: x.count)
            guard node.inputs.count == 1 else { return try coupling.fixAll(node) }
            let (index, shape) = try indices(node, x[axis])
            var labels = try coupling.labels(node.inputs[0]).selecting(index, dim: axis)
            let along = labels.shape[axis] > 1 ? shape : shape.map { _ in 1 }
            labels.shape.replaceSubrange(axis...axis, with: along)
            coupling.set(node.outputs[0], labels)
        },
        flow: .moved,
        cut: { node, cut in
            let axis = try node.axis(node.int("axis", 0), rank: cut.old(node.inputs[0]).count)
            let kept = cut.kept(node.inputs[0], axis)
            let (index, shape) = try indices(node, cut.old(node.inputs[0])[axis])
            guard kept.count < cut.old(node.inputs[0])[axis] else { return }
            let places = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) })
            let left = index.compactMap { places[$0] }
            node.attributes["indices"] = shape.isEmpty ? .int(left[0]) : .ints(left)
        },
        run: { call in
            let x = try call(0)
            let axis = try call.node.axis(call.node.int("axis", 0), rank: x.rank)
            if let index = call.optional(1) {
                let picked = try x.indexSelect(dim: axis, index.reshaped([index.count]))
                return [try picked.reshaped(around(x.shape, axis, index.shape))]
            }
            let (index, shape) = try indices(call.node, x.shape[axis])
            if shape.isEmpty {
                let one = try x.narrow(dim: axis, start: index[0], length: 1)
                return [try one.reshaped(around(x.shape, axis, []))]
            }
            let places = try Tensor(index.map(Int64.init), [index.count]).to(device: x.device)
            let picked = try x.indexSelect(dim: axis, places)
            return [shape.count == 1 ? picked : try picked.reshaped(around(x.shape, axis, shape))]
        })

    /// Parts of a tensor by rows of numbers, each for its first dimensions.
    private static let gatherND = Operator(
        name: "GatherND",
        shape: { call in
            let (x, rows) = (try call(0), try call(1))
            guard try call.node.int("batch_dims", 0) == 0, let depth = rows.last,
                (1...x.count).contains(depth)
            else { throw call.node.problem("rows \(rows) of numbers for \(x), without batch_dims") }
            return [Array(rows.dropLast()) + Array(x[depth...])]
        },
        couple: { node, coupling in
            let depth = try coupling.shape(node.inputs[1]).last ?? 0
            let labels = try coupling.labels(node.inputs[0])
            guard labels.shape[..<depth].allSatisfy({ $0 == 1 }) else {
                return try coupling.fixAll(node)
            }
            let rank = try coupling.shape(node.inputs[1]).count - 1
            coupling.set(
                node.outputs[0],
                Labels(
                    shape: [Int](repeating: 1, count: rank) + labels.shape[depth...],
                    ids: labels.ids))
        },
        flow: .moved,
        run: { call in
            let (x, rows) = (try call(0), try call(1))
            let depth = rows.shape.last ?? 0
            let (outer, inner) = (Array(x.shape[..<depth]), Array(x.shape[depth...]))
            let numbers = try rows.integers()
            let places = stride(from: 0, to: numbers.count, by: max(1, depth)).map { start in
                (0..<depth).reduce(0) { place, dim in
                    let number = numbers[start + dim]
                    return place * outer[dim] + (number < 0 ? number + outer[dim] : number)
                }
            }
            guard places.allSatisfy({ (0..<max(1, outer.reduce(1, *))).contains($0) }) else {
                throw call.node.problem("a row of numbers is outside \(outer)")
            }
            let index = try Tensor(places.map(Int64.init), [places.count]).to(device: x.device)
            return [
                try x.reshaped([outer.reduce(1, *)] + inner).indexSelect(dim: 0, index)
                    .reshaped(Array(rows.shape.dropLast()) + inner)
            ]
        })

    private static func around(_ x: Shape, _ axis: Int, _ inner: Shape) -> Shape {
        Array(x[..<axis]) + inner + Array(x[(axis + 1)...])
    }

    /// The numbers of a Gather, counted from the front, and their shape.
    private static func indices(_ node: Node, _ size: Int) throws -> (index: [Int], shape: Shape) {
        let (index, shape): ([Int], Shape)
        switch node.attributes["indices"] {
        case .int(let number): (index, shape) = ([number], [])
        case .ints(let numbers): (index, shape) = (numbers, [numbers.count])
        case .tensor(let tensor): (index, shape) = (tensor.integers() ?? [], tensor.shape)
        default: throw node.problem("its indices are missing")
        }
        guard index.allSatisfy({ (-size..<size).contains($0) }) else {
            throw node.problem("an index of \(index.prefix(8)) is outside 0 to \(size - 1)")
        }
        return (index.map { $0 < 0 ? $0 + size : $0 }, shape)
    }

    private static let padding = Operator(
        name: "Pad", settings: [1: "pads", 2: "constant_value", 3: "axes"],
        shape: { call in
            let x = try call(0)
            let (before, after) = try pads(call.node, rank: x.count)
            return [x.indices.map { x[$0] + before[$0] + after[$0] }]
        },
        couple: { node, coupling in
            let labels = try coupling.labels(node.inputs[0])
            let (before, after) = try pads(node, rank: labels.shape.count)
            let grown = labels.dims.filter { before[$0] != 0 || after[$0] != 0 }
            guard let dim = grown.first else { return coupling.set(node.outputs[0], labels) }
            guard labels.dims == [dim], before[dim] >= 0, after[dim] >= 0,
                try node.text("mode", "constant") == "constant"
            else { return try coupling.fixAll(node) }
            // Channels of a constant, which nothing holds: they go with what they are added to.
            let ids = coupling.fresh(before[dim]) + labels.ids + coupling.fresh(after[dim])
            coupling.set(
                node.outputs[0], Labels(rank: labels.shape.count, dim: dim, ids: ids))
        },
        flow: .moved,
        cut: { node, cut in
            let old = cut.old(node.inputs[0])
            var (before, after) = try pads(node, rank: old.count)
            for dim in old.indices where before[dim] + after[dim] > 0 {
                let kept = cut.kept(node.outputs[0], dim)
                let (low, high) = (before[dim], before[dim] + old[dim])
                before[dim] = kept.filter { $0 < low }.count
                after[dim] = kept.filter { $0 >= high }.count
            }
            node.attributes["pads"] = .ints(before + after)
            node.attributes["axes"] = nil
        },
        run: { call in
            let x = try call(0)
            let (before, after) = try pads(call.node, rank: x.rank)
            let mode = try call.node.text("mode", "constant")
            let modes = ["constant": "constant", "reflect": "reflect", "edge": "replicate"]
            guard let name = modes[mode] else {
                throw call.node.problem("the padding '\(mode)' is not supported")
            }
            var pairs = x.shape.indices.reversed().flatMap { [before[$0], after[$0]] }
            if pairs.allSatisfy({ $0 == 0 }) { return [x] }
            // libtorch mirrors the last dimensions only.
            if name != "constant" {
                while pairs.suffix(2) == [0, 0] { pairs.removeLast(2) }
            }
            return [
                try pad(
                    x, pairs, mode: name, value: call.node.float("constant_value", 0))
            ]
        })

    private static func pads(_ node: Node, rank: Int) throws -> (before: [Int], after: [Int]) {
        let pads = try node.require("pads")
        let axes = try node.axes("axes", rank: rank) ?? Array(0..<rank)
        guard pads.count == 2 * axes.count else {
            throw node.problem("\(pads.count) pads for \(axes.count) dimensions")
        }
        var (before, after) = ([Int](repeating: 0, count: rank), [Int](repeating: 0, count: rank))
        for (place, axis) in axes.enumerated() {
            before[axis] = pads[place]
            after[axis] = pads[axes.count + place]
        }
        return (before, after)
    }
}
