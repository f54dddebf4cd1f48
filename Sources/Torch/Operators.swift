import CTorch

/// Elementwise functions of one tensor.
package enum UnaryFunction: Sendable {
    case negative, log, erf, reciprocal, floor, ceil, not
    case hardSwish, hardSigmoid, silu, gelu, geluTanh, softplus

    var code: wt_unary_kind {
        switch self {
        case .negative: WT_NEG
        case .log: WT_LOG
        case .erf: WT_ERF
        case .reciprocal: WT_RECIPROCAL
        case .floor: WT_FLOOR
        case .ceil: WT_CEIL
        case .not: WT_NOT
        case .hardSwish: WT_HARDSWISH
        case .hardSigmoid: WT_HARDSIGMOID
        case .silu: WT_SILU
        case .gelu: WT_GELU
        case .geluTanh: WT_GELU_TANH
        case .softplus: WT_SOFTPLUS
        }
    }
}

/// Elementwise functions of two tensors that broadcast; whole numbers divide towards zero.
package enum BinaryFunction: Sendable {
    case divide, power, maximum, minimum, remainder, fmod, equal, less, greater, and, or

    var code: wt_binary_kind {
        switch self {
        case .divide: WT_DIVIDE
        case .power: WT_POW
        case .maximum: WT_MAXIMUM
        case .minimum: WT_MINIMUM
        case .remainder: WT_REMAINDER
        case .fmod: WT_FMOD
        case .equal: WT_EQUAL
        case .less: WT_LESS
        case .greater: WT_GREATER
        case .and: WT_AND
        case .or: WT_OR
        }
    }
}

/// How several elements become one.
package enum ReduceFunction: Sendable {
    case mean, sum, maximum, minimum

    var code: wt_reduce_kind {
        switch self {
        case .mean: WT_REDUCE_MEAN
        case .sum: WT_REDUCE_SUM
        case .maximum: WT_REDUCE_MAX
        case .minimum: WT_REDUCE_MIN
        }
    }
}

/// How pictures are brought to another size.
package enum ResizeMode: Sendable {
    case nearest, bilinear, bicubic

    var code: wt_resize_mode {
        switch self {
        case .nearest: WT_NEAREST
        case .bilinear: WT_BILINEAR
        case .bicubic: WT_BICUBIC
        }
    }
}

extension Tensor {
    package func apply(_ function: UnaryFunction) throws -> Tensor {
        try make("\(function)", self) { wt_unary($0, handle, Int32(function.code.rawValue)) }
    }
    package func apply(_ function: BinaryFunction, _ other: Tensor) throws -> Tensor {
        try make("\(function)", self, other) {
            wt_binary($0, handle, other.handle, Int32(function.code.rawValue))
        }
    }
    /// Reduces over `dims`.
    package func reduced(_ function: ReduceFunction, over dims: [Int], keepDim: Bool) throws
        -> Tensor
    {
        try make("\(function)", self) {
            wt_reduce(
                $0, handle, sizes(dims), Int32(dims.count), keepDim,
                Int32(function.code.rawValue))
        }
    }
    /// A view with dimensions of size 1 repeated.
    package func expanded(to shape: [Int]) throws -> Tensor {
        try make("expand", self) { wt_expand($0, handle, sizes(shape), Int32(shape.count)) }
    }
    /// Every `step`-th entry from `start` up to `end` along one dimension.
    package func sliced(dim: Int, start: Int, end: Int, step: Int = 1) throws -> Tensor {
        try make("slice", self) {
            wt_slice($0, handle, Int64(dim), Int64(start), Int64(end), Int64(step))
        }
    }
    /// A copy with `updates` at `index` [..., depth], as ONNX's ScatterND.
    package func scattered(at index: Tensor, _ updates: Tensor) throws -> Tensor {
        try make("scatter_nd", self, index, updates) {
            wt_scatter_nd($0, handle, index.handle, updates.handle)
        }
    }
    /// The numbers from `start` up to `end`, exclusive.
    package static func range(
        _ start: Double, _ end: Double, step: Double, dtype: DType
    ) throws -> Tensor {
        try make("arange") { wt_arange($0, start, end, step, dtype.rawValue) }
    }
    /// `condition ? a : b`, elementwise.
    package static func choose(_ condition: Tensor, _ a: Tensor, _ b: Tensor) throws -> Tensor {
        try make("where", condition, a, b) {
            wt_where($0, condition.handle, a.handle, b.handle)
        }
    }
}
