import Testing

@testable import Reports

@Suite struct SlugTests {
    @Test func slugsAreSafeNames() {
        #expect(Slug.of("Fig. 1 leak-free") == "fig-1-leak-free")
        #expect(Slug.of("../../etc/passwd") == "etc-passwd")
        #expect(Slug.of("é") == "result")
    }
}
