import Winnow

extension Operator {
    /// x * sigmoid(alpha * x): onnxruntime's own, which is not among ONNX's operators.
    static let quickGelu = Operator("com.microsoft::QuickGelu") { node in
        let x = try node.input(0)
        let alpha = node.constant(try node.number("alpha", 1.702))
        return node.apply("Mul", x, node.apply("Sigmoid", node.apply("Mul", x, alpha)))
    }
}
