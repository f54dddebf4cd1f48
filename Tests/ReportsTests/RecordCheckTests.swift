import Formats
import Models
import Testing

@testable import Reports
@testable import Studies

/// Records that cannot be what a study found.
@Suite struct RecordCheckTests {
    /// A run of no epochs, of a recipe that asks for `epochs`.
    private func report(epochs: Int?) throws -> ExperimentReport {
        let recipe = Recipe(
            technique: .percentile, amount: 0.5, architecture: .resnet18, epochs: epochs)
        var run = try ReportFixture.run(.percentile, 0.5, seed: 0, 50, epochs: 0)
        run.variation = RunVariation(
            recipe: recipe, protocolName: "leak-free", experiments: [.figure5])
        return ExperimentReport(conditions: [], runs: [run])
    }

    @Test func whatIsNotTrainedHasNoEpochs() throws {
        try RecordCheck(file: "f").check(report(epochs: 0))
        for epochs in [nil, 3] {
            let error = #expect(throws: FormatError.self) {
                try RecordCheck(file: "f").check(report(epochs: epochs))
            }
            #expect(error.map { "\($0)".contains("no epochs") } == true)
        }
    }
}
