import Models
import Pruning
import Testing

@testable import Studies

/// Whether something else would have done better than pruning.
@Suite struct UseVerdictTests {
    private static func records(
        _ recipe: Recipe, _ numbers: UseRecord.Numbers, _ accuracies: [Double], seconds: Double?
    ) -> [UseRecord] {
        accuracies.enumerated().map { seed, accuracy in
            UseRecord(
                recipe: recipe, protocolName: "leak-free", seed: UInt64(seed), stage: "s\(seed)",
                numbers: numbers, accuracy: accuracy,
                time: seed > 0
                    ? nil
                    : seconds.map {
                        UseRecord.Time(seconds: $0, unprunedSeconds: 0.004, threads: 2)
                    })
        }
    }

    private static let whole = Recipe(technique: .unpruned, architecture: .resnet18)
    private static let cut: Recipe = {
        var recipe = Recipe(technique: .percentile, architecture: .resnet18)
        (recipe.budget, recipe.epochs) = (Budget(.macs, 0.5), 0)
        return recipe
    }()
    private static let stock = Recipe(technique: .unpruned, architecture: .resnet34)

    /// The pruned network takes 2 ms and is right on half of the pictures.
    private func verdict(_ accuracies: [Double], seconds: Double?) -> UseVerdict? {
        let records =
            Self.records(Self.whole, .float32, [0.5, 0.51, 0.49], seconds: 0.004)
            + Self.records(Self.cut, .float32, [0.5, 0.51, 0.49], seconds: 0.002)
            + Self.records(Self.whole, .int8, accuracies, seconds: seconds)
        let all = UseVerdict.all(UsedNetwork.all(records))
        #expect(all.count == 1, "the unpruned network in 32-bit numbers is no opponent")
        return all.first
    }

    @Test func fasterAndNoLessRightIsBetter() throws {
        let found = try #require(verdict([0.5, 0.51, 0.49], seconds: 0.001))
        #expect(found.answer == .yes)
        #expect(abs(try #require(found.faster) - 2) < 1e-9)
        #expect(found.words.contains("int8 instead of resnet18: percentile ticket to macs 0.5"))
    }

    @Test func fasterAndShownToBeLessRightIsNot() throws {
        #expect(verdict([0.3, 0.31, 0.29], seconds: 0.001)?.answer == .no)
    }

    @Test func slowerAndNotShownToBeMoreRightIsNot() throws {
        #expect(verdict([0.5, 0.51, 0.49], seconds: 0.003)?.answer == .no)
    }

    @Test func whatSeedsDoNotAgreeOnCannotBeTold() throws {
        #expect(verdict([0.6, 0.4, 0.5], seconds: 0.001)?.answer == .unclear)
        #expect(verdict([0.6, 0.61, 0.59], seconds: 0.003)?.answer == .unclear)
        #expect(verdict([0.5, 0.51, 0.49], seconds: nil)?.answer == .unclear)
    }

    @Test func aStockNetworkIsAnOpponentInBothKindsOfNumbers() throws {
        let records =
            Self.records(Self.cut, .float32, [0.5, 0.5], seconds: 0.002)
            + Self.records(Self.cut, .int8, [0.5, 0.5], seconds: 0.001)
            + Self.records(Self.stock, .float32, [0.4, 0.4], seconds: 0.003)
            + Self.records(Self.stock, .int8, [0.4, 0.4], seconds: 0.001)
        let networks = UsedNetwork.all(records)
        #expect(networks.count == 4)
        #expect(
            UseVerdict.all(networks).map(\.other) == [
                "resnet34: unpruned", "resnet34: unpruned, int8",
            ])
        let table = StudyUse.table(records)
        #expect(table.rows[0][4] == "2.00" && table.rows[1][3] == "1.00")
        #expect(table.notes[0].contains("in turns with the unpruned network"))
    }
}
