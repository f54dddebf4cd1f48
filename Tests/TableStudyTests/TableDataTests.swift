import Core
import Foundation
import Perceptron
import Testing

@testable import TableStudy

@Suite struct TableDataTests {
    @Test func theReferenceLayoutIsRead() {
        #expect(sfew.count == 674)
        #expect(sfew.inputs == 10)
        #expect(sfew.classes.count == 7)
        #expect(sfew.blocks == [0..<5, 5..<10])
        #expect(Set(sfew.groups).count == 58)
        #expect(sfew.findings.contains { $0.contains("dropped") && $0.contains("NaN") })
        #expect(sfew.findings.contains { $0.contains("another label") })
    }

    /// Each block has one mean and one standard deviation, from the rows that were given.
    @Test func blocksAreNormalisedTogether() throws {
        let rows = Array(stride(from: 0, to: 674, by: 3))
        let examples = try sfew.examples(fittedOn: rows)
        for block in sfew.blocks {
            let all = rows.flatMap { row in block.map { sfew.features[row][$0] } }
            let mean = all.reduce(0, +) / Double(all.count)
            let variance = all.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(all.count)
            for row in [0, 1, 2, 300, 673] {
                for column in block {
                    let expected = (sfew.features[row][column] - mean) / variance.squareRoot()
                    #expect(abs(Double(examples.features(row)[column]) - expected) < 1e-5)
                }
            }
            let kept = rows.flatMap { row in block.map { Double(examples.features(row)[$0]) } }
            #expect(abs(kept.reduce(0, +)) / Double(kept.count) < 1e-6)
        }
        for row in [0, 400] { #expect(examples.label(row) == sfew.labels[row]) }
    }
}

@Suite struct TableProtocolTests {
    func split(_ rule: TableProtocol, seed: UInt64) -> TableSplit {
        var generator = SplitMix64(seed: seed, stream: 0)
        return rule.split(sfew.groups, 0.1, &generator)
    }

    @Test func everyRowIsOnOneSide() {
        for rule in TableProtocol.all {
            for seed in 0..<20 {
                let split = split(rule, seed: UInt64(seed))
                #expect((split.train + split.test).sorted() == Array(0..<674))
                #expect(split.test.count >= 68)
            }
        }
    }

    @Test func asPaperTests68Rows() {
        #expect(split(.asPaper, seed: 4).test.count == 68)
        #expect(split(.asPaper, seed: 4) == split(.asPaper, seed: 4))
        #expect(split(.asPaper, seed: 4) != split(.asPaper, seed: 5))
    }

    @Test func leakFreeNeverPartsAGroup() {
        func shared(_ split: TableSplit) -> Set<String> {
            Set(split.train.map { sfew.groups[$0] })
                .intersection(split.test.map { sfew.groups[$0] })
        }
        for seed in 0..<50 { #expect(shared(split(.leakFree, seed: UInt64(seed))).isEmpty) }
        // The check can fail: the paper's protocol shares films.
        #expect(!shared(split(.asPaper, seed: 1)).isEmpty)
        var generator = SplitMix64(seed: 3, stream: 0)
        for fold in TableProtocol.leakFree.folds(sfew.groups, count: 5, &generator) {
            #expect(shared(fold).isEmpty)
        }
    }

    @Test func foldsTestEachRowOnce() {
        for rule in TableProtocol.all {
            var generator = SplitMix64(seed: 9, stream: 0)
            let folds = rule.folds(sfew.groups, count: 5, &generator)
            #expect(folds.count == 5)
            #expect(folds.flatMap(\.test).sorted() == Array(0..<674))
            for fold in folds {
                #expect((fold.train + fold.test).sorted() == Array(0..<674))
                #expect((120...150).contains(fold.test.count))
            }
        }
    }

    /// Leak-free statistics do not move when test rows do; the paper's do.
    @Test func statisticsSeeWhatTheProtocolSays() throws {
        for rule in TableProtocol.all {
            let cell = TableCell(hidden: 5, optimizer: .sgd, protocolName: rule.name)
            let trainer = try TableTrainer(sfew, smallSettings(), cell)
            let split = trainer.split(0)
            let own = try trainer.examples(split)
            let expected = try sfew.examples(
                fittedOn: rule.name == "leak-free" ? split.train : Array(0..<674))
            for row in 0..<674 { #expect(own.features(row) == expected.features(row)) }
        }
    }

    @Test func unknownProtocolsAreNamed() {
        #expect(throws: StudyError("no protocol 'x'. Protocols: as-paper, leak-free")) {
            try TableProtocol.named("x")
        }
    }
}
