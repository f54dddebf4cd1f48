import CTorch

/// An n-dimensional array held by libtorch, with PyTorch's semantics.
///
/// A reference: operations that end in an underscore change it in place. Freed with its last reference.
package final class Tensor {
    let handle: wt_tensor

    init(handle: wt_tensor) {
        self.handle = handle
    }

    /// Another reference to the same tensor.
    package convenience init(sharing other: Tensor) throws {
        var handle: wt_tensor?
        try check("alias", [other]) { wt_share(&handle, other.handle) }
        guard let handle else { throw TorchError(operation: "alias", message: "nothing returned") }
        self.init(handle: handle)
    }

    deinit {
        wt_free(handle)
    }

    /// Sizes of its dimensions, outermost first.
    package var shape: [Int] {
        let rank = Int(wt_ndim(handle))
        return withUnsafeTemporaryAllocation(of: Int64.self, capacity: max(rank, 1)) { sizes in
            // Always initialised: the shim writes `rank` values.
            wt_sizes(handle, sizes.baseAddress)
            return (0..<rank).map { Int(sizes[$0]) }
        }
    }

    /// Number of dimensions.
    package var rank: Int { Int(wt_ndim(handle)) }
    /// Number of elements.
    package var count: Int { Int(wt_numel(handle)) }
    /// Type of its elements; float32 for a type Winnow does not use.
    package var dtype: DType { DType(rawValue: wt_dtype_of(handle)) ?? .float32 }

    /// Where it lives.
    package var device: Device {
        var index: Int32 = 0
        switch wt_device_of(handle, &index) {
        case Int32(WT_CUDA.rawValue): return .cuda(Int(index))
        case Int32(WT_MPS.rawValue): return .mps
        default: return .cpu
        }
    }

    /// Whether its memory is in PyTorch's channels-last order (4 dimensions).
    package var isChannelsLast: Bool { rank == 4 && wt_is_channels_last(handle) }
    /// Whether its memory is in row-major order.
    package var isContiguous: Bool { wt_is_contiguous(handle) }
    /// Whether both are the same tensor (not merely equal).
    package func isSame(as other: Tensor) -> Bool { wt_same(handle, other.handle) }
}

extension Tensor: CustomStringConvertible {
    package var description: String {
        "Tensor(shape: \(shape), dtype: \(dtype), device: \(device))"
    }
}
