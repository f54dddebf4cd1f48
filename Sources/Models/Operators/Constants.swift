import Formats
import Torch

extension Operator {
    /// Operators that make numbers from shapes or from nothing; folded when a file is read.
    static let constants = [
        Operator(
            name: "Constant", shape: { [try constant($0.node).shape] },
            couple: { try $1.fixAll($0) },
            run: { [try Tensor(constant($0.node))] }),
        Operator(
            name: "ConstantOfShape", settings: [0: "shape"],
            shape: { [try $0.node.require("shape")] }, couple: { try $1.fixAll($0) },
            run: { call in
                let shape = try call.node.ints("shape") ?? call(0).integers()
                guard shape.allSatisfy({ $0 >= 0 }),
                    let count = HostTensor.elementCount(of: shape), count <= 1 << 28
                else { throw call.node.problem("a constant of shape \(shape)") }
                guard case .tensor(let value)? = call.node.attributes["value"] else {
                    return [try .zeros(shape)]
                }
                return [try Tensor(value).reshaped([]).expanded(to: shape).clone()]
            }),
        Operator(
            name: "Shape", shape: { [[try sizes($0.node, $0(0)).count]] },
            couple: { try $1.fixAll($0) },
            run: { call in
                let sizes = try sizes(call.node, call(0).shape)
                return [try Tensor(sizes.map(Int64.init), [sizes.count])]
            }),
        Operator(
            name: "Size", shape: { _ in [[]] }, couple: { try $1.fixAll($0) },
            run: { [try Tensor([Int64($0(0).count)], [])] }),
        Operator(
            name: "Range",
            shape: { throw $0.node.problem("its bounds depend on the pictures") },
            couple: { try $1.fixAll($0) },
            run: { call in
                let (start, end, step) = (
                    try call(0).item(), try call(1).item(), try call(2).item()
                )
                guard step != 0, abs((end - start) / step) <= Double(1 << 28) else {
                    throw call.node.problem("from \(start) to \(end) by \(step)")
                }
                return [try .range(start, end, step: step, dtype: call(0).dtype)]
            }),
    ]

    /// What a Constant holds.
    private static func constant(_ node: Node) throws -> HostTensor {
        for key in ["value", "value_float", "value_floats", "value_int", "value_ints"] {
            if let tensor = node.attributes[key]?.tensor { return tensor }
        }
        throw node.problem("it holds no numbers")
    }

    /// The part of a shape that a Shape node asks for.
    static func sizes(_ node: Node, _ x: Shape) throws -> [Int] {
        func bound(_ value: Int) -> Int {
            min(max(value < 0 ? value + x.count : value, 0), x.count)
        }
        let start = bound(try node.int("start", 0))
        return Array(x[start..<max(start, bound(try node.int("end", x.count)))])
    }
}

extension Tensor {
    /// Its elements as whole numbers.
    func integers() throws -> [Int] {
        try values(Int64.self).map { Int($0) }
    }
}
