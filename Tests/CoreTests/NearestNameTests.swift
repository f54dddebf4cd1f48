import Testing

@testable import Core

struct NearestNameTests {
    @Test func distanceIsTheSlowOne() {
        func slow(_ a: Substring, _ b: Substring) -> Int {
            guard let x = a.first, let y = b.first else { return a.count + b.count }
            let (a1, b1) = (a.dropFirst(), b.dropFirst())
            return x == y ? slow(a1, b1) : 1 + min(slow(a1, b), slow(a, b1), slow(a1, b1))
        }
        let words = ["", "a", "ab", "ba", "abc", "acb", "kitten", "sitting", "bab"]
        for a in words {
            for b in words { #expect(NearestName.distance(a, b) == slow(a[...], b[...])) }
        }
    }

    @Test func aRefusalNamesTheNearestAndAll() {
        let names = ["leak-free", "as-paper"]
        #expect(
            NearestName.refusal(of: "as-papr", "protocol", among: names)
                == "no protocol 'as-papr'. Did you mean 'as-paper'? Protocols: leak-free, as-paper")
        #expect(
            NearestName.refusal(of: "xyz", "face choice", among: names)
                == "no face choice 'xyz'. Face choices: leak-free, as-paper")
    }
}
