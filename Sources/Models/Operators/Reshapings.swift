import Torch

extension Operator {
    /// The same elements in another shape or order.
    static let reshapings = [
        Operator(
            name: "Reshape", settings: [1: "shape"],
            shape: { [try reshape($0.node, $0(0))] }, couple: { try $1.reshaped($0) },
            flow: .moved,
            cut: { node, cut in
                // Where the batch is, -1 stands.
                let sizes = cut.new(node.outputs[0])
                let target = try node.require("shape")
                node.attributes["shape"] = .ints(zip(target, sizes).map { $0 < 0 ? $0 : $1 })
            },
            run: { [try $0(0).reshaped(reshape($0.node, $0(0).shape))] }),
        Operator(
            name: "Flatten", shape: { [try flatten($0.node, $0(0))] },
            couple: { try $1.reshaped($0) },
            flow: .moved,
            run: { [try $0(0).reshaped(flatten($0.node, $0(0).shape))] }),
        Operator(
            name: "Squeeze", settings: [1: "axes"],
            shape: { [try squeeze($0.node, $0(0))] }, couple: { try $1.reshaped($0) },
            flow: .moved,
            run: { [try $0(0).reshaped(squeeze($0.node, $0(0).shape))] }),
        Operator(
            name: "Unsqueeze", settings: [1: "axes"],
            shape: { [try unsqueeze($0.node, $0(0))] }, couple: { try $1.reshaped($0) },
            flow: .moved,
            run: { [try $0(0).reshaped(unsqueeze($0.node, $0(0).shape))] }),
        Operator(
            name: "Transpose",
            shape: { call in
                let x = try call(0)
                return [try order(call.node, rank: x.count).map { x[$0] }]
            },
            couple: { node, coupling in
                let labels = try coupling.labels(node.inputs[0])
                coupling.set(
                    node.outputs[0], labels.permuted(try order(node, rank: labels.shape.count)))
            },
            flow: .moved,
            run: { [try $0(0).permuted(order($0.node, rank: $0(0).rank))] }),
        Operator(
            name: "Expand", settings: [1: "shape"],
            shape: { [try expand($0.node, $0(0), batch: $0.batch)] },
            couple: { node, coupling in
                let labels = try coupling.labels(node.inputs[0])
                let missing = try coupling.shape(node.outputs[0]).count - labels.shape.count
                coupling.set(
                    node.outputs[0],
                    Labels(
                        shape: [Int](repeating: 1, count: missing) + labels.shape, ids: labels.ids))
            },
            flow: .moved,
            cut: { node, cut in
                let sizes = cut.new(node.outputs[0])
                let target = try node.require("shape")
                let offset = sizes.count - target.count
                node.attributes["shape"] = .ints(
                    target.enumerated().map { $1 <= 1 ? $1 : sizes[$0 + offset] })
            },
            run: { [try $0(0).expanded(to: expand($0.node, $0(0).shape, batch: $0.batch))] }),
    ]

    /// The target of a Reshape: 0 keeps a size (unless allowzero), -1 takes what is left.
    static func reshape(_ node: Node, _ x: Shape) throws -> Shape {
        var target = try node.require("shape")
        if try !node.flag("allowzero") {
            for (index, size) in target.enumerated() where size == 0 && index < x.count {
                target[index] = x[index]
            }
        }
        let count = x.reduce(1, *)
        let known = target.filter { $0 != -1 }.reduce(1) {
            $0.multipliedReportingOverflow(by: $1).0
        }
        if let free = target.firstIndex(of: -1), known > 0, count % known == 0 {
            target[free] = count / known
        }
        guard target.allSatisfy({ $0 >= 0 }), target.reduce(1, *) == count else {
            throw node.problem("\(x) cannot be reshaped to \(try node.require("shape"))")
        }
        return target
    }

    private static func flatten(_ node: Node, _ x: Shape) throws -> Shape {
        let axis = try node.int("axis", 1)
        guard (-x.count...x.count).contains(axis) else {
            throw node.problem("axis \(axis) of \(x)")
        }
        let split = axis < 0 ? axis + x.count : axis
        return [x[..<split].reduce(1, *), x[split...].reduce(1, *)]
    }

    private static func squeeze(_ node: Node, _ x: Shape) throws -> Shape {
        let axes = try node.axes("axes", rank: x.count) ?? x.indices.filter { x[$0] == 1 }
        guard axes.allSatisfy({ x[$0] == 1 }) else {
            throw node.problem("dimensions \(axes) of \(x) are not all 1")
        }
        return x.indices.filter { !axes.contains($0) }.map { x[$0] }
    }

    private static func unsqueeze(_ node: Node, _ x: Shape) throws -> Shape {
        let count = try node.require("axes").count
        let axes = Set(try node.axes("axes", rank: x.count + count) ?? [])
        guard axes.count == count else { throw node.problem("its axes repeat") }
        var rest = x[...]
        return (0..<x.count + count).map { axes.contains($0) ? 1 : rest.removeFirst() }
    }

    private static func order(_ node: Node, rank: Int) throws -> [Int] {
        let order = try node.ints("perm") ?? Array((0..<rank).reversed())
        guard order.sorted() == Array(0..<rank) else {
            throw node.problem("the order \(order) of \(rank) dimensions")
        }
        return order
    }

    /// The shape that the input and the target broadcast to; -1 stands for the batch.
    private static func expand(_ node: Node, _ x: Shape, batch: Int) throws -> Shape {
        try broadcast([x, node.require("shape").map { $0 == -1 ? batch : $0 }], node)
    }
}
