import CTorch

/// Type of a tensor's elements; raw values are PyTorch's.
package enum DType: Int32, Sendable, CaseIterable {
    case uint8 = 0
    case int8 = 1
    case int16 = 2
    case int32 = 3
    case int64 = 4
    case float16 = 5
    case float32 = 6
    case float64 = 7
    case bool = 11
    case bfloat16 = 15

    /// Bytes of one element.
    package var byteCount: Int {
        switch self {
        case .uint8, .int8, .bool: 1
        case .int16, .float16, .bfloat16: 2
        case .int32, .float32: 4
        case .int64, .float64: 8
        }
    }
}

/// A Swift type that a tensor's elements can be read as.
package protocol TensorElement {
    static var dtype: DType { get }
}

extension Float: TensorElement { package static var dtype: DType { .float32 } }
extension Double: TensorElement { package static var dtype: DType { .float64 } }
extension Int64: TensorElement { package static var dtype: DType { .int64 } }
extension Int32: TensorElement { package static var dtype: DType { .int32 } }
extension UInt8: TensorElement { package static var dtype: DType { .uint8 } }
extension Bool: TensorElement { package static var dtype: DType { .bool } }
