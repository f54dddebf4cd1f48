import Studies

extension FigurePlan {
    /// Fig. 1 (section 3.3): all go on from the fine-tuned weights.
    static let reduction = FigurePlan(
        number: "Fig. 1", title: "Percentile pruning and distinctiveness",
        note: "Distinctiveness removes filters until some layer has lost the amount named; "
            + "'percentile as the paper' prunes that largest share of every layer, 'percentile "
            + "matched' as many weights of each layer as distinctiveness took there. All train on "
            + "from the fine-tuned weights. The control is the unpruned network trained on for as "
            + "long. Where only tickets were run, they stand for percentile pruning: their survivors "
            + "go back to the pretrained weights.",
        needs: "distinctiveness", curves: curves
    ) { evidence in
        let others = percentile(evidence) + [.distinctiveness]
        return Wording.list(
            amounts(evidence).flatMap { amount in
                others.compactMap { Wording.against($0, amount, .unpruned, evidence) }
            })
    }

    /// What stands for percentile pruning in this comparison.
    private static func percentile(_ evidence: TicketEvidence) -> [StudyTechnique] {
        let tuned: [StudyTechnique] = [.asThePaper, .matched].filter {
            !evidence.amounts($0).isEmpty
        }
        return tuned.isEmpty ? [.percentile] : tuned
    }

    /// The paper's 21.875 and 50%, or what is nearest; else the first two amounts there are.
    private static func amounts(_ evidence: TicketEvidence) -> [Double] {
        let all = evidence.amounts(.distinctiveness)
        let few = all.filter { (0.2...0.3).contains($0) }
            .min { abs($0 - 0.21875) < abs($1 - 0.21875) }
        let found = [few, all.first { $0 == 0.5 }].compactMap { $0 }
        return found.isEmpty ? Array(all.prefix(2)) : found
    }

    private static func curves(_ evidence: TicketEvidence) -> [Curve] {
        let amounts = amounts(evidence)
        guard !amounts.isEmpty else { return [] }
        let styles: [StudyTechnique: (colors: [String], dash: [Double])] = [
            .percentile: ([Palette.lightBlue, Palette.blue], Palette.solid),
            .asThePaper: ([Palette.lightBlue, Palette.blue], Palette.solid),
            .matched: ([Palette.lightViolet, Palette.violet], Palette.dotted),
            .distinctiveness: ([Palette.orange, Palette.red], Palette.dashed),
        ]
        let control = Curve(
            technique: .control, amount: nil, color: Palette.grey, dash: Palette.dotted)
        let pruned = (percentile(evidence) + [.distinctiveness]).flatMap { technique -> [Curve] in
            guard let style = styles[technique] else { return [] }
            return zip(amounts, amounts.count == 1 ? [style.colors[1]] : style.colors)
                .filter { evidence.amounts(technique).contains($0.0) }
                .map { Curve(technique: technique, amount: $0, color: $1, dash: style.dash) }
        }
        return [unpruned, control] + pruned
    }
}
