/// A box on its way through the cascade.
struct Candidate: Equatable {
    var box: FaceBox
    var score: Float
    /// What the last network would add to the corners, as fractions of the box's size.
    var offsets: SIMD4<Float>

    /// Candidates that survive `Suppression.union` among themselves, best score first.
    static func best(of all: [Candidate], overlap: Double) -> [Candidate] {
        Suppression.union(all.map(\.box), scores: all.map(\.score), above: overlap).map { all[$0] }
    }
}
