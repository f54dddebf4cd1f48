import CTorch

extension Tensor {
    /// A tensor of `shape` filled with `value`.
    package static func full(
        _ shape: [Int], _ value: Double, dtype: DType = .float32, device: Device = .cpu
    ) throws -> Tensor {
        try make("full") {
            wt_full(
                $0, sizes(shape), Int32(shape.count), value, dtype.rawValue, device.kind,
                device.index)
        }
    }

    /// A tensor of zeros.
    package static func zeros(
        _ shape: [Int], dtype: DType = .float32, device: Device = .cpu
    ) throws -> Tensor {
        try full(shape, 0, dtype: dtype, device: device)
    }

    /// A tensor of ones.
    package static func ones(
        _ shape: [Int], dtype: DType = .float32, device: Device = .cpu
    ) throws -> Tensor {
        try full(shape, 1, dtype: dtype, device: device)
    }

    /// A tensor whose elements are not set yet.
    package static func empty(
        _ shape: [Int], dtype: DType = .float32, device: Device = .cpu
    ) throws -> Tensor {
        try make("empty") {
            wt_empty(
                $0, sizes(shape), Int32(shape.count), dtype.rawValue, device.kind, device.index)
        }
    }

    /// Zeros with another tensor's shape, type and device.
    package static func zeros(like other: Tensor) throws -> Tensor {
        let copy = try noGrad { try other.detached().clone() }
        try copy.fill_(0)
        return copy
    }

    /// A CPU tensor with `values` in row-major order.
    package convenience init<Element: TensorElement>(_ values: [Element], _ shape: [Int]) throws {
        try self.init(
            bytes: values.withUnsafeBytes { Array($0) }[...], shape: shape, dtype: Element.dtype)
    }

    /// A CPU tensor from raw little-endian bytes in row-major order.
    package convenience init(
        bytes: some ContiguousBytesProvider, shape: [Int], dtype: DType
    ) throws {
        let count = shape.reduce(1, *)
        var made: wt_tensor?
        try bytes.withBytes { buffer in
            guard buffer.count == count * dtype.byteCount else {
                throw TorchError(
                    operation: "Tensor(bytes:)", shapes: [shape],
                    message: "needs \(count * dtype.byteCount) bytes, got \(buffer.count)")
            }
            try check("Tensor(bytes:)") {
                wt_from_bytes(
                    &made, buffer.baseAddress, sizes(shape), Int32(shape.count), dtype.rawValue)
            }
        }
        guard let made else {
            throw TorchError(operation: "Tensor(bytes:)", message: "libtorch returned nothing")
        }
        self.init(handle: made)
    }

    /// Standard normal numbers.
    package static func randn(_ shape: [Int], _ generator: Generator) throws -> Tensor {
        try make("randn") { wt_randn($0, sizes(shape), Int32(shape.count), generator.handle) }
    }

    /// Uniform numbers in `range`.
    package static func uniform(
        _ shape: [Int], _ range: ClosedRange<Double>, _ generator: Generator
    ) throws -> Tensor {
        try make("uniform") {
            wt_uniform(
                $0, sizes(shape), Int32(shape.count), range.lowerBound, range.upperBound,
                generator.handle)
        }
    }

    /// The numbers 0..<count in random order (int64).
    package static func randperm(_ count: Int, _ generator: Generator) throws -> Tensor {
        try make("randperm") { wt_randperm($0, Int64(count), generator.handle) }
    }
}

/// Sizes as the shim takes them.
func sizes(_ shape: [Int]) -> [Int64] {
    shape.map(Int64.init)
}
