import Foundation

extension HostTensor {
    /// A float32 tensor of `values` in row-major order.
    package init(_ values: [Float], shape: [Int]) {
        self.init(dtype: .float32, shape: shape, bytes: values.withUnsafeBytes { Data($0) })
    }

    /// A float64 tensor of `values` in row-major order.
    package init(_ values: [Double], shape: [Int]) {
        self.init(dtype: .float64, shape: shape, bytes: values.withUnsafeBytes { Data($0) })
    }

    /// An int64 tensor of `values` in row-major order.
    package init(_ values: [Int64], shape: [Int]) {
        self.init(dtype: .int64, shape: shape, bytes: values.withUnsafeBytes { Data($0) })
    }

    /// A uint8 tensor of `values` in row-major order, the form of a mask.
    package init(_ values: [UInt8], shape: [Int]) {
        self.init(dtype: .uint8, shape: shape, bytes: Data(values))
    }

    /// Every element as Float, rounded to nearest where the dtype is wider; row-major.
    package func floats() -> [Float] {
        switch dtype {
        case .float32: elements(Float.self) { $0 }
        case .float64: elements(Double.self) { Float($0) }
        case .bfloat16: elements(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
        case .float16: elements(UInt16.self) { Self.float(half: $0) }
        case .int64: elements(Int64.self) { Float($0) }
        case .int32: elements(Int32.self) { Float($0) }
        case .int16: elements(Int16.self) { Float($0) }
        case .int8: elements(Int8.self) { Float($0) }
        case .uint8, .bool: elements(UInt8.self) { Float($0) }
        }
    }

    /// Every element as Int, or nil when the dtype is not an integer (or bool); row-major.
    package func integers() -> [Int]? {
        switch dtype {
        case .int64: elements(Int64.self) { Int($0) }
        case .int32: elements(Int32.self) { Int($0) }
        case .int16: elements(Int16.self) { Int($0) }
        case .int8: elements(Int8.self) { Int($0) }
        case .uint8, .bool: elements(UInt8.self) { Int($0) }
        case .float32, .float16, .bfloat16, .float64: nil
        }
    }

    private func elements<T: BitwiseCopyable, R>(_ type: T.Type, _ convert: (T) -> R) -> [R] {
        withUnsafeBytes { raw in
            (0..<count).map {
                convert(raw.loadUnaligned(fromByteOffset: $0 * MemoryLayout<T>.size, as: T.self))
            }
        }
    }

    /// IEEE 754 binary16 to binary32, exact; written out because `Float16` is missing on Intel
    /// Macs.
    static func float(half bits: UInt16) -> Float {
        let sign = UInt32(bits & 0x8000) << 16
        let (exponent, fraction) = (UInt32(bits >> 10 & 0x1F), UInt32(bits & 0x3FF))
        switch exponent {
        case 0:
            let size = Float(fraction) * 0x1p-24
            return sign == 0 ? size : -size
        case 0x1F: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
        default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }
}
