import Foundation

extension PickledTensor {
    /// Whether the elements lie in row-major order without gaps.
    var isContiguous: Bool {
        var expected = 1
        for (size, stride) in zip(shape, strides).reversed() where size != 1 {
            if stride != expected { return false }
            expected = expected.multipliedReportingOverflow(by: size).partialValue
        }
        return true
    }

    /// The number of elements, or nil when the view does not lie within `limit` elements of
    /// storage.
    func elementCount(within limit: Int) -> Int? {
        guard shape.count == strides.count, offset >= 0, strides.allSatisfy({ $0 >= 0 }),
            let count = HostTensor.elementCount(of: shape)
        else { return nil }
        guard count > 0 else { return offset <= limit ? 0 : nil }
        var last = offset
        for (size, stride) in zip(shape, strides) {
            let (reach, overflow) = (size - 1).multipliedReportingOverflow(by: stride)
            let (sum, overflow2) = last.addingReportingOverflow(reach)
            guard !overflow, !overflow2 else { return nil }
            last = sum
        }
        return last < limit ? count : nil
    }

    /// The elements in row-major order, gathered by stride.
    ///
    /// - Precondition: `elementCount(within:)` has accepted the view for this storage.
    func gathered(from storage: Data, dtype: HostTensor.DType, count: Int) -> Data {
        switch dtype.size {
        case 8: gather(storage, UInt64.self, count)
        case 4: gather(storage, UInt32.self, count)
        case 2: gather(storage, UInt16.self, count)
        default: gather(storage, UInt8.self, count)
        }
    }

    private func gather<T: FixedWidthInteger & BitwiseCopyable>(
        _ storage: Data, _ type: T.Type, _ count: Int
    ) -> Data {
        var output = [T](repeating: 0, count: count)
        let (rowSize, rowStride) = (shape.last ?? 1, strides.last ?? 1)
        var index = [Int](repeating: 0, count: max(shape.count - 1, 0))
        var start = offset
        storage.withUnsafeBytes { source in
            var place = 0
            while place < count {
                for column in 0..<rowSize {
                    let from = (start + column * rowStride) * MemoryLayout<T>.size
                    output[place + column] = source.loadUnaligned(fromByteOffset: from, as: T.self)
                }
                place += rowSize
                start += advance(&index)
            }
        }
        return output.withUnsafeBytes { Data($0) }
    }

    /// Steps to the next row, like an odometer; returns how far the storage index moves.
    private func advance(_ index: inout [Int]) -> Int {
        var move = 0
        for axis in index.indices.reversed() {
            if index[axis] + 1 < shape[axis] {
                index[axis] += 1
                return move + strides[axis]
            }
            move -= index[axis] * strides[axis]
            index[axis] = 0
        }
        return move
    }
}
