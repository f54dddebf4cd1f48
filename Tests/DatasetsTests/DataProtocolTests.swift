import Testing

@testable import Datasets

struct DataProtocolTests {
    @Test func asPaperLeaksAsThePaperDid() throws {
        let problem = try SplitProblem(labels: (0..<675).map { $0 % 7 }, classCount: 7)
        let rounds = try DataProtocol.asPaper.rounds(problem, settings: SplitSettings(seed: 3))
        #expect(rounds.count == 1)
        let split = rounds[0]
        #expect(split.samples.count == 2025 && Set(split.samples).count == 2025)
        #expect(split[.train].count == 1821 && split[.test].count == 204)
        #expect(split[.validation].isEmpty)
        let leaked = split.withSiblingInTraining(.test)
        #expect(leaked >= 196, "about 99% of the test samples have a sibling in training")
        #expect(DataProtocol.asPaper.leaks && DataProtocol.asPaper.choosesOn == .test)
    }

    @Test(arguments: SplitStrategy.all.map(\.name))
    func asPaperTakesAnyStrategyAndGrowsTrainingAlone(_ name: String) throws {
        let strategy = try SplitStrategy.named(name)
        let problem = try randomProblem(2, pictures: 90, groups: 30)
        let settings = SplitSettings(test: 0.2, validation: 0, folds: 3, seed: 2)
        let divided = try strategy.rounds(problem, settings)
        let rounds = try DataProtocol.asPaper.rounds(
            problem, copies: 3, settings: settings, strategy: strategy)
        #expect(rounds.count == divided.count)
        for (split, plain) in zip(rounds, divided) {
            #expect(split[.test].map(\.picture) == plain.indices(.test))
            #expect(split[.test].allSatisfy { $0.copy == 0 })
            #expect(split[.train].count == 3 * plain.indices(.train).count)
            #expect(split.withSiblingInTraining(.test) == 0)
        }
    }

    @Test func leakFreeSharesNothing() throws {
        for seed in 0..<10 as Range<UInt64> {
            let problem = try randomProblem(seed, pictures: 120, groups: 30)
            let grouping = try #require(problem.grouping)
            let settings = SplitSettings(test: 0.2, validation: 0.1, folds: 3, seed: seed)
            for strategy in SplitStrategy.all where strategy.keepsGroups {
                let rounds = try DataProtocol.leakFree.rounds(
                    problem, copies: 3, settings: settings, strategy: strategy)
                for split in rounds {
                    #expect(split.withSiblingInTraining(.test) == 0)
                    #expect(split.withSiblingInTraining(.validation) == 0)
                    let groups = SplitPart.allCases.map { part in
                        Set(split[part].map { grouping.ids[$0.picture] })
                    }
                    #expect(groups[0].isDisjoint(with: groups[1]))
                    #expect(groups[0].isDisjoint(with: groups[2]))
                    #expect(groups[1].isDisjoint(with: groups[2]))
                    let evaluated = split[.test] + split[.validation]
                    #expect(evaluated.allSatisfy { $0.copy == 0 })
                    #expect(Set(split.samples.map(\.picture)).count == 120)
                    let copies = Dictionary(grouping: split[.train], by: \.picture)
                    #expect(copies.values.allSatisfy { $0.map(\.copy) == [0, 1, 2] })
                }
            }
        }
    }

    @Test func leakFreeRefusesWhatWouldLeak() throws {
        let problem = try randomProblem(1, pictures: 60, groups: 20)
        for strategy in SplitStrategy.all where !strategy.keepsGroups {
            #expect(throws: DatasetError.self) {
                _ = try DataProtocol.leakFree.rounds(
                    problem, settings: SplitSettings(), strategy: strategy)
            }
        }
        #expect(throws: DatasetError.self) {
            _ = try DataProtocol.leakFree.rounds(problem, settings: SplitSettings(validation: 0))
        }
        #expect(throws: DatasetError.self) {
            _ = try DataProtocol.asPaper.rounds(problem, copies: 0, settings: SplitSettings())
        }
    }

    @Test(arguments: DataProtocol.all.map(\.name))
    func isFoundByNameAndRuledByItsSeed(_ name: String) throws {
        let found = try DataProtocol.named(name)
        #expect(!found.summary.isEmpty)
        let problem = try randomProblem(1, pictures: 60, groups: 20)
        let a = try found.rounds(problem, settings: SplitSettings(seed: 1))
        #expect(try found.rounds(problem, settings: SplitSettings(seed: 1)) == a)
        #expect(try found.rounds(problem, settings: SplitSettings(seed: 2)) != a)
        #expect(throws: DatasetError.self) { _ = try DataProtocol.named("as-papers") }
    }
}
