/// A claim, and how it is judged on one kind of material: the runs of a comparison on pictures, or the
/// trials of a table.
package struct JudgedClaim<Material>: Sendable {
    /// Whether it says nothing of a network that does no better than guessing.
    private let needsLearning: Bool
    private let judge: @Sendable (Material) -> (claim: Claim, evidence: Judge.Evidence)

    /// A claim whose criterion follows from the material, as one in test rows does.
    package init(
        needsLearning: Bool = true,
        _ judge: @escaping @Sendable (Material) -> (claim: Claim, evidence: Judge.Evidence)
    ) {
        (self.needsLearning, self.judge) = (needsLearning, judge)
    }

    package init(
        claim: Claim, _ evidence: @escaping @Sendable (Material) -> Judge.Evidence
    ) {
        self.init { (claim, evidence($0)) }
    }

    package func claim(on material: Material) -> Claim { judge(material).claim }

    /// Judges claims on the same material, together.
    ///
    /// - Parameter refusal: why nothing can be judged of those that need a network which has learnt.
    package static func findings(
        _ claims: [JudgedClaim], on material: Material, way: String, refusal: Refusal?
    ) -> [Finding] {
        let judged = claims.map { item -> (claim: Claim, evidence: Judge.Evidence) in
            let (claim, found) = item.judge(material)
            return (
                claim,
                Judge.Evidence(
                    found.effects, refusal: item.needsLearning ? refusal : nil, note: found.note)
            )
        }
        return Judge.findings(judged, way: way)
    }
}
