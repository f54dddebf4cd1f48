import Foundation
import Testing

@testable import Formats

@Suite struct DeflateTests {
    /// More than one piece of a megabyte, from a slice that does not begin at 0.
    @Test func sizesAreThoseOfDeflateData() {
        let count = 3 << 20
        let zeros = Data(count: count + 17)[17...]
        // At most 1032 to 1, and not much less for zeros.
        let small = Deflate.deflatedSize(zeros)
        #expect(small >= count / Deflate.largestRatio && small < count / 500)
        var state: UInt64 = 7
        let noise = Data(
            (0..<count).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: state >> 33)
            })
        let large = Deflate.deflatedSize(noise)
        #expect(large >= count && large < count + count / 500)
        // Two bits of every byte.
        let quarter = Deflate.deflatedSize(Data(noise.map { $0 & 3 }))
        #expect(Double(quarter) > 0.25 * Double(count) && Double(quarter) < 0.32 * Double(count))
        #expect((1...8).contains(Deflate.deflatedSize(Data())))
    }
}
