import Core
import Findings
import Foundation
import Perceptron
import Statistics
import Testing

@testable import TableStudy

@Suite struct VerdictTests {
    /// A made-up cell whose change of accuracy at 45 degrees is what we say.
    static func evidence(_ hidden: Int, changes: [Double], pairs: Int) -> TableEvidence {
        let settings = TableSettings(replicates: changes.count)
        let trials = changes.enumerated().map { replicate, change in
            let bounds = TableReduction.allCases.map { reduction in
                reduction.bounds(settings).map { bound in
                    BoundTrial(
                        outcome: BoundOutcome(
                            bound: bound, pairsFound: pairs, pairsTaken: pairs,
                            unitsLeft: hidden - pairs, change: .none),
                        after: 30 + change)
                }
            }
            return TableTrial(
                replicate: replicate, testRows: 68, before: 30, trainAccuracy: 60, bounds: bounds)
        }
        let cell = TableCell(hidden: hidden, optimizer: .sgd, protocolName: "as-paper")
        return TableEvidence(
            cells: [hidden: CellSummary(cell, trials, settings)], trials: [hidden: trials],
            baselines: [], row: 1.47, classes: 7, settings: settings)
    }

    @Test func claimsAreJudgedByTheirCriteria() {
        func verdict(
            _ claim: JudgedClaim<TableEvidence>, _ hidden: Int, _ changes: [Double], pairs: Int = 2
        ) -> Verdict {
            JudgedClaim.findings(
                [claim], on: Self.evidence(hidden, changes: changes, pairs: pairs),
                way: "SGD, as-paper", refusal: nil)[0].verdict
        }
        let fall = [-3.0, -2, -4, -3, -2.5, -3.5, -3, -3]
        let flat = [0.1, -0.1, 0, 0.2, -0.2, 0, 0.1, -0.1]
        #expect(verdict(TableClaims.smallNetsLose, 30, fall) == .supported)
        #expect(verdict(TableClaims.smallNetsLose, 30, fall.map { -$0 }) == .contradicted)
        #expect(verdict(TableClaims.smallNetsLose, 30, flat) == .undecided)
        #expect(verdict(TableClaims.smallNetsLose, 30, fall, pairs: 0) == .untested)
        #expect(verdict(TableClaims.smallNetsAlmostAlwaysLose, 30, fall) == .supported)
        #expect(
            verdict(TableClaims.smallNetsAlmostAlwaysLose, 30, fall.map { -$0 }) == .contradicted)
        #expect(verdict(TableClaims.largeNetsKeep, 100, flat) == .supported)
        #expect(verdict(TableClaims.largeNetsKeep, 100, fall) == .contradicted)
        #expect(verdict(TableClaims.largeNetsGainOrKeep, 100, flat) == .supported)
        #expect(verdict(TableClaims.largeNetsGainOrKeep, 100, fall) == .contradicted)
        #expect(verdict(TableClaims.noOpposites, 30, fall) == .contradicted)
        #expect(
            verdict(TableClaims.noOpposites, 30, Array(repeating: 0, count: 200), pairs: 0)
                == .supported)
        #expect(verdict(TableClaims.noSteepFall, 50, fall) == .supported)
        #expect(verdict(TableClaims.noSteepFall, 50, fall.map { 3 * $0 }) == .contradicted)
        #expect(verdict(TableClaims.smallNetsLose, 50, fall) == .untested)
        #expect(verdict(TableClaims.smallNetsLose, 30, [-3]) == .untested)
    }
}

@Suite struct TableReportTests {
    func study(_ replicates: Int) throws -> (TableStudy, [TableCell: [TableTrial]]) {
        try TableStudy.run(
            sfew, smallSettings(replicates), workers: Parallel(threads: 2), store: nil,
            progress: { _ in })
    }

    @Test func theWholeStudyIsWritten() throws {
        let (study, trials) = try study(3)
        try withScratch { folder in
            let records = TableRecords(study, trials)
            try records.write(to: folder)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            #expect(
                names == [
                    "table-baselines.csv", "table-bounds.csv", "table-claims.csv",
                    "table-replicates.csv", "table.json", "table.md",
                ])
            let decoder = JSONDecoder()
            decoder.nonConformingFloatDecodingStrategy = .convertFromString(
                positiveInfinity: "inf", negativeInfinity: "-inf", nan: "none")
            let json = try Data(contentsOf: folder.appending(path: "table.json"))
            let back = try decoder.decode(TableStudy.self, from: json)
            #expect(back.claims == study.claims)
            #expect(back.settings == study.settings)
            #expect(back.cells.map(\.before) == study.cells.map(\.before))
            let lines = try String(
                contentsOf: folder.appending(path: "table-replicates.csv"), encoding: .utf8
            ).split(separator: "\n")
            // 12 kinds of nets x 3 replicates x (11 similar + 3 modes x 9 complementary) bounds.
            #expect(lines.count == 1 + 12 * 3 * (11 + 27))
            let width = lines[0].split(separator: ",", omittingEmptySubsequences: false).count
            for line in lines {
                #expect(line.split(separator: ",", omittingEmptySubsequences: false).count == width)
            }
            // The same study again gives the same bytes.
            let again = try self.study(3)
            #expect(try TableRecords(again.0, again.1).json() == json)
        }
    }

    @Test func tablesHaveThePapersShape() throws {
        let (study, _) = try study(3)
        #expect(study.paperTables.count == 5)
        #expect(
            study.paperTables.map(\.title) == [
                "Table 1  30 hidden units, similar pairs merged, no retraining",
                "Table 2  50 hidden units, similar pairs merged, no retraining",
                "Table 3  100 hidden units, similar pairs merged, no retraining",
                "Table 4  50 hidden units, complementary pairs dropped, no retraining",
                "Table 5  100 hidden units, complementary pairs dropped, no retraining",
            ])
        for table in study.paperTables {
            #expect(table.header == ["run", "pairs", "before", "after"])
            #expect(table.rows.prefix(3).map { $0[0] } == ["SGD run 1", "SGD run 2", "SGD run 3"])
            #expect(table.notes[0].contains("1 test row = 1.47 points"))
        }
        for table in study.tables {
            for row in table.rows { #expect(row.count == table.header.count, "\(table.title)") }
        }
        #expect(study.claims.count == TableClaims.all.count * 4)
        #expect(Set(study.claims.map(\.claim.id)).count == TableClaims.all.count)
    }

    /// One run says so, and judges nothing.
    @Test func oneReplicateHasNoInterval() throws {
        let (study, _) = try study(1)
        for cell in study.cells { #expect(cell.before.interval == nil) }
        #expect(study.accuracyTable.plain.contains("(n = 1)"))
        #expect(!study.accuracyTable.plain.contains("["))
    }
}

@Suite struct SearchTests {
    @Test func everyValueOfEveryAxisIsTried() throws {
        var base = SearchPoint()
        base.epochs = 2
        let search = try HyperparameterSearch(
            sfew, base: base, rule: .leakFree, replicates: 2, seed: 1)
        let axes = SearchAxis.all.flatMap { axis in axis.points(base).map { (axis.name, $0.value) }
        }
        #expect(axes.count == 30)
        #expect(Set(SearchAxis.all.map(\.name)).count == 6)
        // Every point differs from the base in its own axis alone, or is the base.
        for axis in SearchAxis.all {
            let points = axis.points(base).map(\.point)
            #expect(Set(axis.points(base).map(\.value)).count == points.count)
        }
    }

    @Test func resultsAreSummedByValue() throws {
        var base = SearchPoint()
        base.epochs = 2
        let search = try HyperparameterSearch(
            sfew, base: base, rule: .leakFree, replicates: 18, seed: 1)
        let axes = SearchAxis.all.filter { ["batch size", "learning rate"].contains($0.name) }
        func results(_ threads: Int) throws -> [SearchResult] {
            try search.results(Parallel(threads: threads), axes: axes) { _ in }
        }
        let found = try results(2)
        #expect(try results(1) == found)
        #expect(found.count == 12)
        // The base point is on both axes, and gives the same numbers on both.
        let same = found.filter { $0.point == base }
        #expect(same.count == 2)
        #expect(same[0].validation == same[1].validation)
        for result in found {
            #expect(result.validation.n == 18)
            #expect((0...100).contains(result.test.mean))
        }
        let table = search.table(found)
        #expect(table.rows.count { $0[6].contains("best") } == 2)
        #expect(search.rows(found).count == 13)
    }

    @Test func divergedTrainingsAreCounted() throws {
        var base = SearchPoint()
        (base.epochs, base.rate) = (2, 1e30)
        let search = try HyperparameterSearch(
            sfew, base: base, rule: .asPaper, replicates: 2, seed: 1)
        let axes = SearchAxis.all.filter { $0.name == "activation" }
        let found = try search.results(Parallel(threads: 1), axes: axes) { _ in }
        #expect(found.contains { $0.diverged == 2 && $0.test.n == 0 })
    }
}
