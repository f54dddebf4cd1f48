import Torch

extension Operator {
    /// QuantizeLinear and DequantizeLinear, which networks of 8-bit numbers are written with. Values in between
    /// are held as float32 here, whole: the arithmetic is that of the file, the speed is not.
    static let quantization = [
        Operator(
            name: "QuantizeLinear", shape: { [try $0(0)] }, couple: { try $1.same($0) },
            run: { call in
                let (x, scale) = (try call(0), try call.broadcast(1))
                let zero = try call.optional(2) == nil ? Tensor.zeros([]) : call.broadcast(2)
                let type = call.optional(2)?.dtype ?? .uint8
                guard type == .uint8 || type == .int8 else {
                    throw call.node.problem(
                        "it makes numbers of type \(type); expected uint8 or int8")
                }
                let limits: ClosedRange<Double> = type == .uint8 ? 0...255 : -128...127
                // Within limits first, so that adding 1.5 * 2^23 rounds, ties to the even number.
                let whole = try (x / scale).clamped(to: -1024...1024) + 12_582_912 + -12_582_912
                return [try (whole + zero).clamped(to: limits)]
            }),
        Operator(
            name: "DequantizeLinear", shape: { [try $0(0)] }, couple: { try $1.same($0) },
            run: { call in
                let (x, scale) = (try call(0).to(dtype: .float32), try call.broadcast(1))
                guard call.optional(2) != nil else { return [try x * scale] }
                return [try (x - call.broadcast(2)) * scale]
            }),
    ]
}

extension Call {
    /// A scale or zero point in float32: one number, or one for each place along the node's axis.
    fileprivate func broadcast(_ index: Int) throws -> Tensor {
        let numbers = try self(index).to(dtype: .float32)
        guard numbers.count > 1 else { return try numbers.reshaped([]) }
        let x = try self(0).shape
        let axis = try node.axis(node.int("axis", 1), rank: x.count)
        guard numbers.shape == [x[axis]] else {
            throw node.problem(
                "\(numbers.shape) scales or zero points for \(x[axis]) places along axis \(axis)")
        }
        var shape = x.map { _ in 1 }
        shape[axis] = x[axis]
        return try numbers.reshaped(shape)
    }
}
