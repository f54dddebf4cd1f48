import Foundation

/// A tensor as it lies in a file: dtype, shape and bytes, row-major and little-endian.
///
/// A value without arithmetic: what readers return and writers take. One that was read shares the
/// memory (usually the mapping) of its file, so reading copies nothing.
package struct HostTensor: Sendable, Equatable, Codable {
    /// The number types that Winnow's files may hold.
    package enum DType: String, Sendable, CaseIterable, Codable {
        case float32, float16, bfloat16, float64, int64, int32, int16, int8, uint8, bool

        /// Bytes of one element.
        package var size: Int {
            switch self {
            case .float64, .int64: 8
            case .float32, .int32: 4
            case .float16, .bfloat16, .int16: 2
            case .int8, .uint8, .bool: 1
            }
        }
    }

    package let dtype: DType
    /// Empty for a scalar.
    package let shape: [Int]
    /// `byteCount` bytes. A slice: its first index need not be 0 (prefer `withUnsafeBytes`), and
    /// its address need not be aligned to the element.
    package let bytes: Data

    /// - Precondition: `bytes` is as long as `dtype` and `shape` say.
    package init(dtype: DType, shape: [Int], bytes: Data) {
        precondition(
            Self.byteCount(of: dtype, shape: shape) == bytes.count, "bytes do not fill the shape")
        self.dtype = dtype
        self.shape = shape
        self.bytes = bytes
    }

    private enum CodingKeys: CodingKey { case dtype, shape, bytes }

    /// Refuses bytes that do not fill the shape: the text may be anyone's.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        dtype = try values.decode(DType.self, forKey: .dtype)
        shape = try values.decode([Int].self, forKey: .shape)
        bytes = try values.decode(Data.self, forKey: .bytes)
        guard Self.byteCount(of: dtype, shape: shape) == bytes.count else {
            throw DecodingError.dataCorruptedError(
                forKey: .bytes, in: values, debugDescription: "\(bytes.count) bytes for \(shape)")
        }
    }

    /// The number of elements.
    package var count: Int { bytes.count / dtype.size }

    /// The bytes of a tensor, or nil when the shape is negative or too large to count.
    package static func byteCount(of dtype: DType, shape: [Int]) -> Int? {
        elementCount(of: shape).flatMap { count in
            let (bytes, overflow) = count.multipliedReportingOverflow(by: dtype.size)
            return overflow ? nil : bytes
        }
    }

    /// The product of `shape`, or nil when a dimension is negative or the product overflows.
    package static func elementCount(of shape: [Int]) -> Int? {
        guard shape.allSatisfy({ $0 >= 0 }) else { return nil }
        if shape.contains(0) { return 0 }
        var count = 1
        for dimension in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
            guard !overflow else { return nil }
            count = product
        }
        return count
    }

    /// Runs `body` on the bytes; read elements with `loadUnaligned` or copy them whole.
    package func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try bytes.withUnsafeBytes(body)
    }
}
