import Core
import Testing

@testable import Datasets

/// A data set with uneven classes and groups, of its own for every seed.
func randomProblem(_ seed: UInt64, pictures: Int, groups: Int) throws -> SplitProblem {
    var generator = SplitMix64(seed: seed)
    let people = (0..<pictures).map { _ in
        min(generator.index(below: groups), generator.index(below: groups))
    }
    let labels = people.map { person in
        (person + generator.index(below: 3) * generator.index(below: 2)) % 5
    }
    let files = (0..<pictures).map { "p\($0)" }
    let grouping = Grouping(files: files, groups: people.map { "person \($0)" })
    return try SplitProblem(labels: labels, classCount: 5, grouping: grouping)
}

struct SplitStrategyTests {
    @Test(arguments: SplitStrategy.all.map(\.name))
    func everyPictureHasOnePartAndSeedsRule(_ name: String) throws {
        let strategy = try SplitStrategy.named(name)
        #expect(!strategy.summary.isEmpty)
        for seed in 0..<12 as Range<UInt64> {
            let problem = try randomProblem(seed, pictures: 60 + Int(seed) * 9, groups: 25)
            var settings = SplitSettings(test: 0.2, validation: 0.15, folds: 4, seed: seed)
            let rounds = try strategy.rounds(problem, settings)
            #expect(try strategy.rounds(problem, settings) == rounds)
            settings.seed = seed + 1000
            #expect(try strategy.rounds(problem, settings) != rounds)
            for round in rounds {
                #expect(round.parts.count == problem.count)
                for part in SplitPart.allCases { #expect(round.parts.contains(part)) }
            }
            if rounds.count > 1 {
                let tested = rounds.flatMap { $0.indices(.test) }
                #expect(tested.sorted() == Array(0..<problem.count))
            }
        }
    }

    @Test(arguments: SplitStrategy.all.filter(\.keepsGroups).map(\.name))
    func groupsStayWhole(_ name: String) throws {
        let strategy = try SplitStrategy.named(name)
        for seed in 0..<30 as Range<UInt64> {
            let problem = try randomProblem(seed, pictures: 80, groups: 8 + Int(seed))
            let ids = try #require(problem.grouping).ids
            let settings = SplitSettings(test: 0.25, validation: 0.2, folds: 3, seed: seed)
            for round in try strategy.rounds(problem, settings) {
                for a in 0..<problem.count {
                    for b in 0..<a where ids[a] == ids[b] {
                        #expect(round.parts[a] == round.parts[b])
                    }
                }
            }
        }
    }

    @Test(arguments: SplitStrategy.all.filter(\.keepsGroups).map(\.name))
    func groupsMustBeKnownAndEnough(_ name: String) throws {
        let strategy = try SplitStrategy.named(name)
        let unknown = try SplitProblem(labels: [0, 1, 0, 1], classCount: 2)
        #expect(throws: DatasetError.self) {
            _ = try strategy.rounds(unknown, SplitSettings(test: 0.25))
        }
        let one = Grouping(files: ["a", "b", "c", "d"], groups: ["x", "x", "x", "x"])
        let single = try SplitProblem(labels: [0, 1, 0, 1], classCount: 2, grouping: one)
        #expect(throws: DatasetError.self) {
            _ = try strategy.rounds(single, SplitSettings(test: 0.25))
        }
    }

    @Test func aSplitThatSharesAPersonIsDetected() throws {
        let problem = try randomProblem(4, pictures: 90, groups: 20)
        let grouping = try #require(problem.grouping)
        let settings = SplitSettings(test: 0.2, validation: 0, seed: 4)
        let honest = try SplitStrategy.grouped.rounds(problem, settings)[0]
        try honest.checkGroups(grouping)
        // One picture of a person with several goes to the other side.
        let person = try #require(
            grouping.ids.indices.first { index in
                grouping.ids.filter { $0 == grouping.ids[index] }.count > 1
            })
        var parts = honest.parts
        parts[person] = parts[person] == .test ? .train : .test
        let sabotaged = Split(parts: parts)
        #expect(sabotaged.sharedGroups(grouping.ids) == [grouping.ids[person]])
        let error = #expect(throws: DatasetError.self) { try sabotaged.checkGroups(grouping) }
        #expect(error?.description.contains(grouping.names[grouping.ids[person]]) == true)
        #expect(error?.description.contains("train and test") == true)
    }

    @Test func sizesRoundUpAsScikitLearn() throws {
        // 68 of 675 is the paper's test part.
        for (total, share, expected) in [(675, 0.1, 68), (680, 0.1, 68), (10, 0.3, 3), (7, 0.5, 4)]
        {
            let problem = try SplitProblem(
                labels: [Int](repeating: 0, count: total), classCount: 1)
            for strategy in [SplitStrategy.random, .stratified] {
                let settings = SplitSettings(test: share, validation: 0, seed: 1)
                let split = try strategy.rounds(problem, settings)[0]
                #expect(split.indices(.test).count == expected)
            }
        }
    }

    @Test func stratifiedPartsAreInProportion() throws {
        for seed in 0..<40 as Range<UInt64> {
            let problem = try randomProblem(seed, pictures: 41 + Int(seed), groups: 9)
            let settings = SplitSettings(test: 0.2, validation: 0.1, seed: seed)
            let split = try SplitStrategy.stratified.rounds(problem, settings)[0]
            let test = split.indices(.test)
            #expect(test.count == SplitSettings.count(0.2, of: problem.count))
            for label in 0..<5 {
                let share =
                    Double(test.count * problem.labels.filter { $0 == label }.count)
                    / Double(problem.count)
                let found = test.filter { problem.labels[$0] == label }.count
                #expect(abs(Double(found) - share) < 1)
            }
        }
    }

    @Test func foldsAreEven() throws {
        for (seed, count) in [(0, 2), (1, 3), (2, 5), (3, 10)] as [(UInt64, Int)] {
            let problem = try randomProblem(seed, pictures: 57, groups: 9)
            let settings = SplitSettings(validation: 0, folds: count, seed: seed)
            let rounds = try SplitStrategy.kFold.rounds(problem, settings)
            #expect(rounds.count == count)
            for label in -1..<5 {
                let counts = rounds.map { round in
                    round.indices(.test).filter { label < 0 || problem.labels[$0] == label }.count
                }
                #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
            }
        }
    }

    @Test func impossibleSharesAreRefused() throws {
        let problem = try randomProblem(1, pictures: 10, groups: 5)
        for (test, validation) in [
            (0.0, 0.1), (0.6, 0.5), (-0.1, 0), (.nan, 0), (0.95, 0), (0.1, 1),
        ] {
            for strategy in [SplitStrategy.random, .stratified, .grouped] {
                #expect(throws: DatasetError.self) {
                    _ = try strategy.rounds(
                        problem, SplitSettings(test: test, validation: validation))
                }
            }
        }
        for folds in [-1, 0, 1, 11] {
            for strategy in [SplitStrategy.kFold, .groupedKFold] {
                #expect(throws: DatasetError.self) {
                    _ = try strategy.rounds(problem, SplitSettings(validation: 0, folds: folds))
                }
            }
        }
        #expect(throws: DatasetError.self) { _ = try SplitStrategy.named("randon") }
    }
}
