import Findings
import Foundation
import Statistics
import Testing

@testable import Reports
@testable import Studies

@Suite struct OpeningFigureTests {
    private func figure(seeds: Int = 6) throws -> (figure: Figure, result: PictureResult) {
        let result = ReportFixture.result(try ReportFixture.report(seeds: seeds))
        let guessing = try #require(result.guessing)
        return (
            try #require(OpeningFigure(result.answer, guessing: guessing)).figure(result.label),
            result
        )
    }

    /// From all weights to the least, each technique; the unpruned network's mean with the margin as a
    /// band; guessing.
    @Test func everyLineBeginsAtTheUnprunedNetwork() throws {
        let (figure, result) = try figure()
        let points = figure.spec.data.values
        let base = try #require(result.guessing?.unpruned.mean)
        let percentile = points.filter { $0.series == "percentile ticket" }
        #expect(percentile.map(\.kept) == [100, 90, 75, 70, 50, 30, 10])
        #expect(percentile[0].accuracy == base && percentile[0].low == base)
        let random = try #require(points.last { $0.series == "random ticket" })
        let loss = try #require(
            result.answer.arms.first { $0.technique == "random ticket" && $0.amount == 0.9 }?.loss)
        #expect(random.accuracy == base + loss.estimate.mean)
        #expect(random.low == loss.interval.map { base + $0.low })
        let band = try #require(points.first { $0.series == "unpruned" })
        #expect(band.low == base - 3 && band.high == base + 3)
        #expect(points.first { $0.series == "guessing" }?.accuracy == 50)
        let ring = try #require(points.first { $0.series == "answer" })
        #expect(ring.kept == result.answer.best.map { 100 - $0.removed.mean })
        #expect(ring.label == "50% gone, no loss")
    }

    /// Without a verdict there is no ring; without anything pruned no picture.
    @Test func nothingIsMarkedThatWasNotShown() throws {
        let (few, _) = try figure(seeds: 3)
        #expect(!few.spec.data.values.contains { $0.series == "answer" })
        let runs = try (0..<6).map(UInt64.init).flatMap { seed in
            try [
                ReportFixture.run(.unpruned, nil, seed: seed, 60),
                ReportFixture.run(.distinctiveness, 0.001, seed: seed, 61),
            ]
        }
        let idle = ReportFixture.result(TicketReport(conditions: Conditions(), runs: runs))
        #expect(try OpeningFigure(idle.answer, guessing: #require(idle.guessing)) == nil)
        #expect(idle.said.cautions.map(\.short).contains("techniques that removed nothing"))
    }
}

@Suite struct ClaimChartTests {
    /// Places run from left to right, and 0 is on the axis.
    @Test func theAxisHoldsWhatIsDrawn() {
        let estimates = [[-12.0, -11, -13], [1, 2, 3]].map { Estimate($0) }
        let axis = Axis(estimates)
        #expect(axis.low < -13 && axis.high > 3)
        #expect(axis.place(axis.low) == 0 && abs(axis.place(axis.high) - 100) < 1e-9)
        #expect(axis.place(-12) < axis.place(0) && axis.place(0) < axis.place(2))
        // Nothing to draw, or one run: still an axis about 0.
        for estimates in [[], [Estimate([1])]] {
            let axis = Axis(estimates)
            #expect(axis.place(0) > 0 && axis.place(0) < 100)
        }
    }

    /// A row a claim, with its verdict in words and, of differences, its interval.
    @Test func everyClaimHasARow() throws {
        let records = StudyRecords(
            pictures: try [false, true].map {
                ReportFixture.result(try ReportFixture.report(seeds: 6, leaks: $0, tuned: true))
            }, table: nil)
        let section = try #require(ClaimSection.all(records).first)
        #expect(section.ways == ["leak-free", "as-paper"])
        let html = ClaimChart(section).html
        let rows = html.components(separatedBy: "<details class=\"claim\"").count - 1
        #expect(rows == PictureClaims.all.count && rows == section.claims.count)
        for claim in section.claims {
            let finding = try #require(section.finding(claim, "leak-free"))
            #expect(html.contains("verdict \(finding.verdict.rawValue)"))
            #expect(html.contains(HTML.escaped(claim.condition)))
        }
        #expect(html.contains("class=\"mark supported\"") && html.contains("mark other hollow"))
        #expect(section.csv.count == 2 * rows)
        #expect(section.csv.allSatisfy { $0.count == ClaimSection.csvHeader.count })
    }
}

@Suite struct RunTableTests {
    /// One cell where protocols agree, one each where they do not.
    @Test func protocolsShareTheTable() throws {
        let results = try [false, true].map {
            ReportFixture.result(
                try ReportFixture.report(
                    seeds: 2, leaks: $0, conditions: ["Reduced: 4 epochs", "Made up"]))
        }
        let table = RunTable(results)
        #expect(table.columns == ["leak-free", "as-paper"])
        func row(_ name: String) throws -> RunTable.Row {
            try #require(table.rows.first { $0.name == name })
        }
        #expect(try row("repeats").isShared && row("repeats").cells == ["2 seeds", "2 seeds"])
        #expect(try row("smaller than the paper").isShared)
        #expect(try !row("division").isShared)
        #expect(try row("division").cells[0]?.contains("tested once on 1000") == true)
        let html = HTML.table(table)
        #expect(html.contains("<td colspan=\"2\">2 seeds</td>"))
        #expect(html.contains("data-label=\"as-paper\""))
    }
}
