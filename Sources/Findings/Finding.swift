import Statistics

/// A claim, judged one way: on pictures under one protocol, or on the table with one optimiser under
/// one protocol.
package struct Finding: Sendable, Codable, Equatable {
    package let claim: Claim
    /// What it was tried on: `leak-free`, `SGD, as-paper`.
    package let way: String
    package let verdict: Verdict
    /// Why there is none; nil for a verdict, and for numbers that fit both.
    package let refusal: Refusal?
    /// What it was judged by, and numbers that are shown beside.
    package let effects: [Effect]
    /// One test's p, of the side that the numbers speak for; nil where nothing was tested.
    package let p: Double?
    /// The same after Holm's correction for the claims tested with it.
    package let adjusted: Double?
    /// How many claims were tested together.
    package let family: Int
    /// What a reader must know of how it was judged, such as another arm that took the place of one.
    package let note: String?

    package init(
        claim: Claim, way: String, verdict: Verdict, refusal: Refusal?, effects: [Effect],
        p: Double?, adjusted: Double?, family: Int, note: String?
    ) {
        (self.claim, self.way, self.verdict) = (claim, way, verdict)
        (self.refusal, self.effects, self.note) = (refusal, effects, note)
        (self.p, self.adjusted, self.family) = (p, adjusted, family)
    }

    /// `holds`, `cannot tell from n = 3: 6 are needed`.
    package var says: String { refusal?.text ?? verdict.word }

    /// `50%: -0.4 [-2.1, +1.3], n = 6`; says so when there is nothing to show.
    package var evidence: String {
        if effects.isEmpty { return note ?? "no such runs" }
        return effects.map(\.text).joined(separator: "; ") + (note.map { " (\($0))" } ?? "")
    }
}
