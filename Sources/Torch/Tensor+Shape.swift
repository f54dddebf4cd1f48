import CTorch

extension Tensor {
    /// A copy or view on another device or of another type.
    package func to(dtype: DType? = nil, device: Device? = nil) throws -> Tensor {
        let device = device ?? self.device
        return try make("to", self) {
            wt_to($0, handle, (dtype ?? self.dtype).rawValue, device.kind, device.index)
        }
    }
    /// Itself, or a copy whose memory is in channels-last order.
    package func channelsLast() throws -> Tensor {
        try make("channels_last", self) { wt_channels_last($0, handle) }
    }
    /// Itself, or a copy whose memory is in row-major order.
    package func contiguous() throws -> Tensor {
        try make("contiguous", self) { wt_contiguous($0, handle) }
    }
    /// A copy.
    package func clone() throws -> Tensor { try make("clone", self) { wt_clone($0, handle) } }
    /// The same memory, outside the gradient.
    package func detached() throws -> Tensor { try make("detach", self) { wt_detach($0, handle) } }

    package func reshaped(_ shape: [Int]) throws -> Tensor {
        try make("reshape", self) { wt_reshape($0, handle, sizes(shape), Int32(shape.count)) }
    }
    package func permuted(_ dims: [Int]) throws -> Tensor {
        try make("permute", self) { wt_permute($0, handle, sizes(dims), Int32(dims.count)) }
    }
    package func transposed(_ a: Int, _ b: Int) throws -> Tensor {
        try make("transpose", self) { wt_transpose($0, handle, Int64(a), Int64(b)) }
    }
    /// A view of `length` entries from `start` along one dimension.
    package func narrow(dim: Int, start: Int, length: Int) throws -> Tensor {
        try make("narrow", self) { wt_narrow($0, handle, Int64(dim), Int64(start), Int64(length)) }
    }
    /// The entries with the given indices (int64) along one dimension.
    package func indexSelect(dim: Int, _ index: Tensor) throws -> Tensor {
        try make("index_select", self, index) {
            wt_index_select($0, handle, Int64(dim), index.handle)
        }
    }
    /// Reversed along one dimension.
    package func flipped(dim: Int) throws -> Tensor {
        try make("flip", self) { wt_flip($0, handle, Int64(dim)) }
    }
    /// Several tensors end to end along one dimension.
    package static func cat(_ parts: [Tensor], dim: Int = 0) throws -> Tensor {
        var handle: wt_tensor?
        let handles = parts.map { Optional($0.handle) }
        try check("cat", parts) { wt_cat(&handle, handles, Int32(parts.count), Int64(dim)) }
        guard let handle else { throw TorchError(operation: "cat", message: "nothing returned") }
        return Tensor(handle: handle)
    }
}
