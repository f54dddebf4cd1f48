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
}
