import Formats
import Foundation
import Testing

@testable import Studies

@Suite struct StudyFileTests {
    /// What the presets run is fixed: a change of it is a change of these files.
    @Test(arguments: StudyPreset.all.map(\.name))
    func presetsAreGolden(_ name: String) throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fixtures/studies/\(name).json")
        let study = try StudyPreset.named(name).study
        #expect(
            try String(decoding: study.json(), as: UTF8.self)
                == String(contentsOf: file, encoding: .utf8))
        #expect(try Study.read(file) == study)
    }

    private func read(_ text: String) throws -> Study {
        try withStageFolder { folder in
            let file = folder.appending(path: "study.json")
            try Data(text.utf8).write(to: file)
            return try Study.read(file)
        }
    }

    @Test(arguments: [
        ("{", "not JSON"), ("[]", "wrong kind"), ("{}", "no '"), ("", "not JSON"),
    ])
    func aFileThatIsNoStudyIsRefused(_ text: String, _ reason: String) {
        let error = #expect(throws: FormatError.self) { _ = try read(text) }
        #expect(error?.found.contains(reason) == true, "\(String(describing: error))")
    }

    /// A misspelt key would otherwise be a setting that silently does nothing.
    @Test func aStrayKeyIsNamed() throws {
        let text = String(decoding: try Study.paper.json(), as: UTF8.self)
            .replacingOccurrences(of: "\"angles\"", with: "\"angels\"")
        let error = #expect(throws: FormatError.self) { _ = try read(text) }
        #expect(
            error?.found.contains("experiments.1.angels") == true, "\(String(describing: error))")
    }

    @Test func settingsThatCannotRunAreRefused() throws {
        var study = Study.quick
        study.seeds = []
        let text = String(decoding: try study.json(), as: UTF8.self)
        let error = #expect(throws: FormatError.self) { _ = try read(text) }
        #expect(error?.found.contains("seeds") == true)
    }

    /// Foundation calls such a file "not valid JSON"; it is a number, and it is named.
    @Test(arguments: [
        (#""size" : 48"#, #""size" : 1e300"#, "'size' is 1e+300, which cannot stand there"),
        (#""size" : 48"#, #""size" : 48.5"#, "'size' is 48.5"),
        (#""size" : 48"#, #""size" : 99999999999999999999"#, "'size' is 99999999999999999999"),
        (#""size" : 48"#, #""size" : 1e999"#, "Number 1e999 is not representable"),
        (#""size" : 48"#, #""size" : -48"#, "size must be 1 to 4096 pixels, is -48"),
        (#""size" : 48"#, #""size" : 100000"#, "size must be 1 to 4096 pixels, is 100000"),
        (#""sourceEpochs" : 20"#, #""sourceEpochs" : 1e30"#, "'sourceEpochs' is 1e+30"),
        (#""earlyEpochs" : 1"#, #""earlyEpochs" : 0"#, "earlyEpochs must be"),
        (#""batchSize" : 16"#, #""batchSize" : 1e18"#, "at most 1000000"),
        (#""batchSize" : 16"#, #""batchSize" : 0"#, "the batch at least 1 picture"),
        (#""learningRate" : 0.02"#, #""learningRate" : -1e300"#, "must be positive, got -1e+300"),
        (#""every" : 2"#, #""every" : 1e300"#, "'training.schedule.step.every' is 1e+300"),
        (#""test" : 0.1"#, #""test" : 1e-300"#, "shares (0.001 or more to test)"),
        (#""copies" : 1"#, #""copies" : 1e300"#, "copies' is 1e+300"),
    ])
    func absurdNumbersAreNamed(_ usual: String, _ absurd: String, _ words: String) throws {
        let text = String(decoding: try Study.quick.json(), as: UTF8.self)
        try #require(text.contains(usual), "\(usual)")
        let file = text.replacingOccurrences(of: usual, with: absurd)
        let error = #expect(throws: FormatError.self) { _ = try read(file) }
        #expect(error?.found.contains(words) == true, "\(String(describing: error))")
    }

    /// Counted before it is listed.
    @Test func moreCombinationsThanAnybodyTrainsAreRefused() throws {
        var study = Study.quick
        let many = (1...200).map { 1 / Double($0 + 1) }
        study.experiments = [
            Experiment(
                "Fig. 1", [.unpruned, .percentile], amounts: many,
                rounds: Array(repeating: 1, count: 50))
        ]
        let text = String(decoding: try study.json(), as: UTF8.self)
        let error = #expect(throws: FormatError.self) { _ = try read(text) }
        #expect(error?.found.contains("more than 10000 combinations") == true)
        study.experiments[0].rounds = [2]
        study.experiments[0].schedules = Array(repeating: .cubic, count: 50)
        let schedules = String(decoding: try study.json(), as: UTF8.self)
        let other = #expect(throws: FormatError.self) { _ = try read(schedules) }
        #expect(other?.found.contains("more than 10000 combinations") == true)
    }

    /// A study's name becomes a folder's.
    @Test(arguments: ["../../evil", "a/b", "/etc", "..", ".hidden", "-rf", "a\\b", "a\nb", ""])
    func namesThatLeadElsewhereAreRefused(_ name: String) throws {
        var study = Study.quick
        study.name = name
        let text = String(decoding: try study.json(), as: UTF8.self)
        let error = #expect(throws: FormatError.self) { _ = try read(text) }
        #expect(error?.found.contains("name") == true, "\(String(describing: error))")
        study.name = "Ärger, 2. Versuch"
        #expect(try read(String(decoding: try study.json(), as: UTF8.self)) == study)
    }
}
