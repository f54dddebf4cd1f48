import Testing

@testable import Soundness

/// The list of convolutions covers what it promises.
@Suite struct ConvolutionCaseTests {
    @Test(arguments: ConvolutionCase.Extent.allCases)
    func bothListsHaveEveryKernelStrideOrderAndNumberOfThreads(extent: ConvolutionCase.Extent) {
        let cases = ConvolutionCase.list(extent)
        #expect(Set(cases.map(\.kernel)) == [1, 3, 5, 7])
        #expect(Set(cases.map(\.stride)) == [1, 2])
        #expect(Set(cases.map(\.threads)) == [1, 2])
        #expect(Set(cases.map(\.isChannelsLast)) == [true, false])
        #expect(cases.contains { $0.groups == $0.channels && $0.channels > 1 })
        // The kind in which libtorch was found wrong.
        #expect(cases.count { $0.kernel == 1 && $0.stride == 2 && $0.channels < 8 } >= 20)
    }

    @Test func theLongListHasEverySideAndManyWidths() {
        let cases = ConvolutionCase.list(.long)
        #expect(Set(cases.map(\.height)).isSuperset(of: 1...32))
        #expect(cases.contains { $0.height != $0.width })
        #expect(Set(cases.map(\.batch)).isSuperset(of: ConvolutionCase.batches))
        for width in ConvolutionCase.widths {
            #expect(
                cases.contains { $0.channels == width } && cases.contains { $0.filters == width })
        }
        #expect(cases.count > 10_000)
    }

    @Test func everyCaseIsAConvolutionOfBoundedCost() {
        for shape in ConvolutionCase.list(.long) {
            #expect(shape.outputShape.allSatisfy { $0 > 0 }, "\(shape)")
            #expect(shape.channels % shape.groups == 0 && shape.filters % shape.groups == 0)
            #expect(shape.products <= 4 * ConvolutionCase.mostProducts, "\(shape)")
        }
    }
}
