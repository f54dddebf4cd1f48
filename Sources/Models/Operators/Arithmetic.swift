import Torch

extension Operator {
    /// Arithmetic on one, two or more tensors that broadcast, with comparisons.
    static let arithmetic: [Operator] =
        [
            elementwise("Neg") { try $0.apply(.negative) },
            elementwise("Abs") { try $0.abs() },
            elementwise("Sqrt") { try $0.sqrt() },
            elementwise("Exp") { try $0.exp() },
            elementwise("Log") { try $0.apply(.log) },
            elementwise("Erf") { try $0.apply(.erf) },
            elementwise("Reciprocal") { try $0.apply(.reciprocal) },
            elementwise("Floor") { try $0.apply(.floor) },
            elementwise("Ceil") { try $0.apply(.ceil) },
            elementwise("Not") { try $0.apply(.not) },
            binary("Add") { try $0 + $1 },
            binary("Sub") { try $0 - $1 },
            binary("Mul", flow: .factors) { try $0 * $1 },
            binary("Div") { try $0.apply(.divide, $1) },
            binary("Pow") { try $0.apply(.power, $1) },
            binary("Equal") { try $0.apply(.equal, $1) },
            binary("Less") { try $0.apply(.less, $1) },
            binary("Greater") { try $0.apply(.greater, $1) },
            binary("And") { try $0.apply(.and, $1) },
            binary("Or") { try $0.apply(.or, $1) },
            several("Max") { try $0.apply(.maximum, $1) },
            several("Min") { try $0.apply(.minimum, $1) },
            several("Sum") { try $0 + $1 },
            Operator(
                name: "Mod", shape: broadcastShape, couple: { try $1.broadcast($0) },
                run: {
                    let function: BinaryFunction = try $0.node.flag("fmod") ? .fmod : .remainder
                    return [try $0(0).apply(function, $0(1))]
                }),
            Operator(
                name: "Where", shape: broadcastShape, couple: { try $1.broadcast($0) },
                run: { [try .choose($0(0), $0(1), $0(2))] }),
            Operator(
                name: "Cast", shape: { [try $0(0)] }, couple: { try $1.same($0) },
                run: { [try $0(0).to(dtype: castTarget($0.node))] }),
            // Constants are folded; what is left goes to the type of another value.
            Operator(
                name: "CastLike", shape: { [try $0(0)] }, couple: { try $1.same($0) },
                run: { [try $0(0).to(dtype: $0(1).dtype)] }),
        ]

    private static func binary(
        _ name: String, flow: Flow = .elements,
        _ function: @escaping @Sendable (Tensor, Tensor) throws -> Tensor
    ) -> Operator {
        Operator(
            name: name, shape: broadcastShape, couple: { try $1.broadcast($0) }, flow: flow,
            run: { [try function($0(0), $0(1))] })
    }

    private static func several(
        _ name: String, _ function: @escaping @Sendable (Tensor, Tensor) throws -> Tensor
    ) -> Operator {
        Operator(
            name: name, shape: broadcastShape, couple: { try $1.broadcast($0) },
            run: { call in
                var result = try call(0)
                for index in 1..<max(1, call.inputs.count) {
                    result = try function(result, call(index))
                }
                return [result]
            })
    }

    @Sendable private static func broadcastShape(_ call: ShapeCall) throws -> [Shape] {
        [try broadcast(call.inputs.compactMap { $0 }, call.node)]
    }

    /// The shape that tensors of these shapes broadcast to.
    static func broadcast(_ shapes: [Shape], _ node: Node) throws -> Shape {
        let rank = shapes.map(\.count).max() ?? 0
        return try (0..<rank).map { dim in
            let sizes = shapes.compactMap { shape -> Int? in
                let place = dim - (rank - shape.count)
                return place >= 0 && shape[place] != 1 ? shape[place] : nil
            }
            guard Set(sizes).count <= 1 else {
                throw node.problem(
                    "shapes " + shapes.map { "\($0)" }.joined(separator: " and ")
                        + " do not fit each other")
            }
            return sizes.first ?? 1
        }
    }

    /// The type that a Cast asks for; Winnow computes in float32, so other floats become that.
    static func castTarget(_ node: Node) throws -> DType {
        switch try node.int("to", 1) {
        case 1, 10, 11, 16: .float32
        case 2: .uint8
        case 3: .int8
        case 5: .int16
        case 6: .int32
        case 7: .int64
        case 9: .bool
        case let other: throw node.problem("the element type \(other) is not supported")
        }
    }
}
