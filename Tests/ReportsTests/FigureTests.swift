import Foundation
import Statistics
import Testing

@testable import Reports
@testable import Studies

@Suite struct FigureTests {
    private func groups(_ report: TicketReport) -> [FigureGroup] {
        FigurePlan.groups([ReportFixture.result(report)])
    }

    private func json(_ figure: Figure) throws -> [String: Any] {
        try #require(
            try JSONSerialization.jsonObject(with: figure.json()) as? [String: Any])
    }

    @Test func everyFigureOfThePaperIsThere() throws {
        let groups = groups(try ReportFixture.report())
        #expect(groups.map(\.number) == (1...6).map { "Fig. \($0)" })
        for group in groups {
            #expect(group.figures.count == 1 && group.missing.isEmpty, "\(group.number)")
            #expect(!group.figures[0].says.isEmpty && !group.note.isEmpty)
        }
        #expect(
            groups.map {
                $0.figures[0].spec.data.values.reduce(into: []) { names, point in
                    if !names.contains(point.series) { names.append(point.series) }
                }
            } == [
                [
                    "unpruned", "unpruned control", "percentile ticket 25%",
                    "percentile ticket 50%", "distinctiveness 25%", "distinctiveness 50%",
                ],
                ["unpruned"] + [10, 25, 30, 50, 70, 90].map { "percentile ticket \($0)%" },
                ["unpruned", "percentile ticket 10%", "random ticket 10%"],
                ["unpruned", "percentile ticket 30%", "random ticket 30%"],
                ["unpruned", "percentile ticket 50%", "random ticket 50%"],
                [
                    "unpruned", "percentile ticket 70%", "random ticket 70%",
                    "percentile ticket 90%", "random ticket 90%",
                ],
            ])
    }

    /// Where percentile pruning was done from the fine-tuned weights, Fig. 1 shows that, as the paper.
    @Test func figureOneGoesOnFromTheFineTunedWeights() throws {
        let figure = groups(try ReportFixture.report(tuned: true))[0].figures[0]
        var names: [String] = []
        for point in figure.spec.data.values where !names.contains(point.series) {
            names.append(point.series)
        }
        let compared = ["percentile as the paper", "percentile matched", "distinctiveness"]
        #expect(
            names == ["unpruned", "unpruned control"]
                + compared.flatMap { ["\($0) 25%", "\($0) 50%"] })
        #expect(figure.says.contains("percentile matched minus unpruned at 50%"))
    }

    /// What goes beyond the paper's figures has figures of its own, and says what came out.
    @Test func experimentsBeyondThePaperAreDrawn() throws {
        let report = try ReportFixture.experiments()
        let groups = ExperimentFigure.groups(report)
        #expect(groups.map(\.title) == ["Rewinding"] && groups.map(\.number) == ["Beyond 1"])
        #expect(!groups[0].note.isEmpty)
        let figure = try #require(groups[0].figures.first)
        #expect(figure.id == "beyond-1-leak-free")
        let last = figure.spec.data.values.filter { $0.epoch == 4 }
        #expect(
            last.map(\.series) == [
                "unpruned", "percentile ticket 50%", "percentile ticket 50%, from random",
            ])
        // 60, 55 + 0.1 s, 50 + 0.2 s over s = 0, 1, 2; a thousand pictures round to a tenth.
        for (point, mean) in zip(last, [60, 55.1, 50.2]) {
            #expect(abs(point.accuracy - mean) < 0.11)
        }
        #expect(figure.says.hasPrefix("percentile ticket 50% minus unpruned: -4."))
        #expect(TableList.beyond(report).map(\.table.title) == ["Rewinding, leak-free"])
    }

    /// Means and intervals are those of the runs, epoch by epoch.
    @Test func curvesHoldTheRunsNumbers() throws {
        let report = try ReportFixture.report()
        let figure = groups(report)[4].figures[0]
        let point = try #require(
            figure.spec.data.values.first { $0.series == "random ticket 50%" && $0.epoch == 3 })
        let values = report.runs.filter { $0.technique == .random && $0.amount == 0.5 }
            .map { 100 * $0.training.accuracies[2] }
        #expect(values.count == 3)
        let mean = values.reduce(0, +) / 3
        let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2).squareRoot()
        // t of 2 degrees of freedom, 97.5%.
        let reach = 4.302652729911275 * deviation / 3.0.squareRoot()
        #expect(abs(point.accuracy - mean) < 1e-9 && point.n == 3)
        #expect(abs((point.low ?? 0) - (mean - reach)) < 1e-9)
        #expect(abs((point.high ?? 0) - (mean + reach)) < 1e-9)
    }

    @Test func specificationsAreVegaLite() throws {
        for figure in groups(try ReportFixture.report()).flatMap(\.figures) {
            let spec = try json(figure)
            #expect((spec["$schema"] as? String)?.hasSuffix("vega-lite/v6.json") == true)
            let layers = try #require(spec["layer"] as? [[String: Any]])
            let marks = layers.compactMap { ($0["mark"] as? [String: Any])?["type"] as? String }
            #expect(marks == ["area", "line", "point"])
            let values = (spec["data"] as? [String: Any])?["values"] as? [[String: Any]]
            #expect(values?.count == figure.spec.data.values.count)
            #expect(values?.allSatisfy { $0["low"] != nil && $0["high"] != nil } == true)
            let tooltip = (layers[2]["encoding"] as? [String: Any])?["tooltip"] as? [[String: Any]]
            #expect(tooltip?.compactMap { $0["field"] as? String } == ["series", "epoch", "said"])
        }
    }

    @Test func ticksAreWholeEpochs() throws {
        func ticks(_ epochs: Int) -> [Int] {
            CurveFigure.ticks(
                (1...epochs).map { FigurePoint("a", epoch: $0, percent: Summary([1])) })
        }
        #expect(ticks(1) == [1] && ticks(3) == [1, 2, 3] && ticks(10) == Array(1...10))
        #expect(ticks(25) == [1, 4, 7, 10, 13, 16, 19, 22, 25])
    }

    /// One seed has a line and no band.
    @Test func oneSeedHasNoInterval() throws {
        let figure = groups(try ReportFixture.report(seeds: 1))[2].figures[0]
        #expect(figure.spec.data.values.allSatisfy { $0.low == nil && $0.n == 1 })
        #expect(figure.spec.data.values.allSatisfy { $0.said.hasSuffix("(n = 1)") })
        let rows = FigurePoint.rows(figure.spec.data.values)
        #expect(rows[0] == ["series", "epoch", "accuracy", "low", "high", "n"])
        #expect(rows[1][3].isEmpty && rows[1][5] == "1")
    }

    /// Other amounts: the figures that need what was not run say so.
    @Test func whatIsMissingIsNamed() throws {
        let groups = groups(try ReportFixture.report(amounts: [0.5, 0.9]))
        #expect(groups.map { $0.figures.count } == [1, 1, 0, 0, 1, 1])
        #expect(groups[2].missing.map(\.why).first?.contains("10%") == true)
    }

    @Test func slugsAreSafeNames() {
        #expect(Slug.of("Fig. 1 leak-free") == "fig-1-leak-free")
        #expect(Slug.of("../../etc/passwd") == "etc-passwd")
        #expect(Slug.of("é") == "result")
    }
}
