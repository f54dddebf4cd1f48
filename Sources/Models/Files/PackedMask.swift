import Formats
import Foundation
import Torch

/// How a file holds a masked parameter: the survivors only, and where they belong.
///
/// The pruned places are a bit an element, or, where few are pruned, the distances from one to the next
/// (LEB128: seven bits a byte, low ones first, the highest bit set where more follow). Either takes less
/// room than the zeros did.
struct PackedMask: Codable, Equatable {
    enum Form: String, Codable { case bits, gaps }

    let name: String
    let shape: [Int]
    let form: Form

    /// A parameter taken apart.
    struct Parts {
        let mask: PackedMask
        /// The kept weights in order.
        let survivors: HostTensor
        /// The pruned places.
        let places: HostTensor
    }

    /// Takes a parameter apart.
    ///
    /// - Throws: `NetworkError` when a masked weight is not zero, or shapes differ.
    static func packed(_ name: String, _ weight: Tensor, _ mask: Tensor) throws -> Parts {
        guard weight.shape == mask.shape, weight.dtype == .float32 else {
            throw NetworkError(
                "\(name) is \(weight.dtype) \(weight.shape), its mask \(mask.shape)")
        }
        let values = try noGrad { try weight.detached().values(Float.self) }
        let kept = try mask.values(Float.self).map { $0 != 0 }
        var survivors: [Float] = []
        survivors.reserveCapacity(values.count)
        for (value, kept) in zip(values, kept) {
            if kept {
                survivors.append(value)
            } else if value != 0 {
                throw NetworkError("\(name) has a pruned weight that is not zero (\(value))")
            }
        }
        let (bits, gaps) = (Self.bits(kept), Self.gaps(kept))
        let form = gaps.count < bits.count ? Form.gaps : .bits
        let places = form == .gaps ? gaps : bits
        return Parts(
            mask: PackedMask(name: name, shape: weight.shape, form: form),
            survivors: HostTensor(survivors, shape: [survivors.count]),
            places: HostTensor(places, shape: [places.count]))
    }

    /// Puts a parameter together again.
    ///
    /// - Throws: `NetworkError` when survivors, places and shape do not fit together.
    func unpacked(
        _ survivors: HostTensor, places: HostTensor?
    ) throws -> (weight: Tensor, mask: Tensor) {
        guard let count = HostTensor.elementCount(of: shape), count <= 1 << 33,
            survivors.dtype == .float32, let places, places.dtype == .uint8,
            count <= survivors.count + 8 * places.count + (form == .gaps ? 0 : 8)
        else { throw NetworkError("the mask of '\(name)' does not fit its weights") }
        let bytes = Array(places.bytes)
        guard
            let kept = form == .bits
                ? Self.kept(bits: bytes, count) : Self.kept(gaps: bytes, count),
            kept.count(where: { $0 }) == survivors.count
        else { throw NetworkError("the mask of '\(name)' does not keep what the file holds") }
        var next = survivors.floats().makeIterator()
        let weights = kept.map { $0 ? next.next() ?? 0 : 0 }
        return (
            try Tensor(weights, shape), try Tensor(kept.map { $0 ? 1 : 0 as Float }, shape)
        )
    }

    // MARK: places

    /// Element i is bit i % 8 of byte i / 8; 1 is kept.
    private static func bits(_ kept: [Bool]) -> [UInt8] {
        var bits = [UInt8](repeating: 0, count: (kept.count + 7) / 8)
        for (index, kept) in kept.enumerated() where kept {
            bits[index / 8] |= 1 << UInt8(index % 8)
        }
        return bits
    }

    private static func kept(bits: [UInt8], _ count: Int) -> [Bool]? {
        guard bits.count == (count + 7) / 8 else { return nil }
        return (0..<count).map { bits[$0 / 8] >> UInt8($0 % 8) & 1 == 1 }
    }

    private static func gaps(_ kept: [Bool]) -> [UInt8] {
        var (gaps, last): ([UInt8], Int) = ([], -1)
        for (index, kept) in kept.enumerated() where !kept {
            var gap = index - last - 1
            while gap >= 128 {
                gaps.append(UInt8(gap & 127) | 128)
                gap >>= 7
            }
            gaps.append(UInt8(gap))
            last = index
        }
        return gaps
    }

    private static func kept(gaps: [UInt8], _ count: Int) -> [Bool]? {
        var kept = [Bool](repeating: true, count: count)
        var (place, gap, shift) = (-1, 0, 0)
        for byte in gaps {
            guard shift <= 35 else { return nil }
            gap |= Int(byte & 127) << shift
            shift += 7
            if byte & 128 != 0 { continue }
            place += gap + 1
            guard place < count else { return nil }
            kept[place] = false
            (gap, shift) = (0, 0)
        }
        return shift == 0 ? kept : nil
    }
}
