import Foundation
import Testing

@testable import Formats

@Suite struct HostTensorTests {
    /// Every half-precision bit pattern against the definition in IEEE 754, section 3.4.
    @Test func convertsEveryHalf() {
        var wrong: [UInt16] = []
        for bits in UInt16.min ... .max {
            let exponent = Int(bits >> 10 & 0x1F)
            let fraction = Float(bits & 0x3FF) / 1024
            let size: Float =
                switch exponent {
                case 0: fraction * 0x1p-14
                case 31: fraction == 0 ? .infinity : .nan
                default:
                    (1 + fraction) * Float(sign: .plus, exponent: exponent - 15, significand: 1)
                }
            let expected = bits < 0x8000 ? size : -size
            let value = HostTensor.float(half: bits)
            if size.isNaN {
                if !value.isNaN { wrong.append(bits) }
            } else if value.bitPattern != expected.bitPattern {
                wrong.append(bits)
            }
        }
        #expect(wrong.isEmpty)
    }

    @Test func countsOnlyWhatCanBeCounted() {
        #expect(HostTensor.byteCount(of: .float32, shape: []) == 4)
        #expect(HostTensor.byteCount(of: .float32, shape: [.max, 0, .max]) == 0)
        #expect(HostTensor.byteCount(of: .float32, shape: [.max, 2]) == nil)
        #expect(HostTensor.byteCount(of: .int64, shape: [.max / 4]) == nil)
        #expect(HostTensor.byteCount(of: .uint8, shape: [-1, 4]) == nil)
    }

    @Test func stateDictKeepsItsOrder() {
        var dict = StateDict([("b", HostTensor([1, 2] as [Float], shape: [2]))])
        dict["a"] = HostTensor([3] as [Int64], shape: [])
        dict["b"] = HostTensor([9] as [UInt8], shape: [1])
        #expect(dict.names == ["b", "a"])
        #expect(dict["b"]?.integers() == [9])
        dict["b"] = nil
        #expect(dict.entries.map(\.name) == ["a"])
    }

    @Test func groupsDigits() {
        #expect(grouped(46_830_571) == "46,830,571")
        let texts = [0, 999, 1000, -1_000].map(grouped)
        #expect(texts == ["0", "999", "1,000", "-1,000"])
    }
}
