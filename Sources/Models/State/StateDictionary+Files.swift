import Formats
import Foundation
import Torch

extension HostTensor.DType {
    /// The same type in libtorch.
    var torch: Torch.DType {
        switch self {
        case .float32: .float32
        case .float16: .float16
        case .bfloat16: .bfloat16
        case .float64: .float64
        case .int64: .int64
        case .int32: .int32
        case .int16: .int16
        case .int8: .int8
        case .uint8: .uint8
        case .bool: .bool
        }
    }

    package init(_ torch: Torch.DType) {
        switch torch {
        case .float32: self = .float32
        case .float16: self = .float16
        case .bfloat16: self = .bfloat16
        case .float64: self = .float64
        case .int64: self = .int64
        case .int32: self = .int32
        case .int16: self = .int16
        case .int8: self = .int8
        case .uint8: self = .uint8
        case .bool: self = .bool
        }
    }
}

extension Tensor {
    /// A CPU tensor with the values of a tensor from a file.
    package convenience init(_ host: HostTensor) throws {
        let made = try Tensor.empty(host.shape, dtype: host.dtype.torch)
        try made.withBytes { target in host.withUnsafeBytes { target.copyMemory(from: $0) } }
        try self.init(sharing: made)
    }

    /// Its values as they go to a file.
    package func host() throws -> HostTensor {
        let total = count * dtype.byteCount
        var data = Data(count: total)
        try data.withUnsafeMutableBytes { try copyBytes(to: $0) }
        return HostTensor(dtype: HostTensor.DType(dtype), shape: shape, bytes: data)
    }
}

extension StateDictionary {
    /// The tensors of a file, with their own types.
    package init(_ file: StateDict) throws {
        try self.init(file.entries.map { ($0.name, try Tensor($0.tensor)) })
    }

    /// The tensors as they go to a file.
    package func hosted() throws -> StateDict {
        try StateDict(entries.map { ($0.name, try $0.tensor.host()) })
    }
}
