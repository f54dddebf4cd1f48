import Studies

/// What one of the paper's figures shows, whatever the result.
struct FigurePlan: Sendable {
    let number: String
    let title: String
    let note: String
    /// What the study must have run, in words.
    let needs: String
    /// The curves; empty when the result lacks what the figure is about.
    let curves: @Sendable (TicketEvidence) -> [Curve]
    /// What comes out, in a sentence.
    let says: @Sendable (TicketEvidence) -> String

    /// Figures 1 to 6, as the paper numbers them.
    static let paper: [FigurePlan] =
        [reduction, tickets]
        + [("Fig. 3", [0.1]), ("Fig. 4", [0.3]), ("Fig. 5", [0.5]), ("Fig. 6", [0.7, 0.9])]
        .map { randomness($0.0, $0.1) }

    /// Each figure on each result.
    static func groups(_ results: [PictureResult]) -> [FigureGroup] {
        paper.map { plan in
            let drawn = results.map { ($0, plan.figure($0)) }
            return FigureGroup(
                number: plan.number, title: plan.title, note: plan.note,
                figures: drawn.compactMap(\.1),
                missing: drawn.filter { $0.1 == nil }.map { result, _ in
                    (result.label, "needs \(plan.needs), which this study did not run")
                })
        }
    }

    private func figure(_ result: PictureResult) -> Figure? {
        let evidence = result.evidence
        let curves = curves(evidence)
        guard !curves.isEmpty else { return nil }
        return Figure(
            id: Slug.of("\(number) \(result.label)"), label: result.label, says: says(evidence),
            spec: CurveFigure.spec(
                curves, evidence.runs, description: "\(number) \(title) (\(result.label))",
                isTest: result.watchesTest))
    }

    static let unpruned = Curve(
        technique: .unpruned, amount: nil, color: Palette.grey, dash: Palette.solid)
}

extension FigurePlan {
    private static let tickets = FigurePlan(
        number: "Fig. 2", title: "Tickets: percentile masks on the pretrained weights",
        note: "The fine-tuned weights choose what is pruned; the survivors go back to their "
            + "pretrained values and are trained for the same number of epochs.",
        needs: "percentile tickets"
    ) { evidence in
        let amounts = evidence.amounts(.percentile)
        guard !amounts.isEmpty else { return [] }
        return [unpruned]
            + amounts.enumerated().map { index, amount in
                Curve(
                    technique: .percentile, amount: amount,
                    color: Palette.color(index, of: amounts.count), dash: Palette.solid)
            }
    } says: { evidence in
        Wording.list(
            evidence.amounts(.percentile).compactMap {
                Wording.against(.percentile, $0, .unpruned, evidence)
            })
    }

    private static func randomness(_ number: String, _ wanted: [Double]) -> FigurePlan {
        let names = wanted.map { "\(TicketReport.percent($0))%" }.joined(separator: " and ")
        @Sendable func amounts(_ evidence: TicketEvidence) -> [Double] {
            let kinds = [evidence.amounts(.percentile), evidence.amounts(.random)]
            return wanted.filter { amount in kinds.allSatisfy { $0.contains(amount) } }
        }
        return FigurePlan(
            number: number, title: "Percentile and random tickets at \(names)",
            note: "The same share of every layer is pruned: by magnitude, or at random.",
            needs: "percentile and random tickets at \(names)"
        ) { evidence in
            let amounts = amounts(evidence)
            guard !amounts.isEmpty else { return [] }
            let colors: [StudyTechnique: [String]] = [
                .percentile: [Palette.lightBlue, Palette.blue],
                .random: [Palette.orange, Palette.red],
            ]
            let pairs = amounts.enumerated().flatMap { index, amount in
                [StudyTechnique.percentile, .random].map { technique in
                    Curve(
                        technique: technique, amount: amount,
                        color: colors[technique]?[amounts.count == 1 ? 1 : index] ?? Palette.grey,
                        dash: technique == .percentile ? Palette.solid : Palette.dashed)
                }
            }
            return [unpruned] + pairs
        } says: { evidence in
            Wording.list(
                amounts(evidence).compactMap {
                    Wording.against(.percentile, $0, .random, evidence)
                })
        }
    }
}
