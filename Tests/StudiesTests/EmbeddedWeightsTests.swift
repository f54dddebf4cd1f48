import Core
import Datasets
import Foundation
import Models
import Testing

@testable import Studies

/// `Data/weights`: the file that the code pins, found and read as any weights.
@Suite struct EmbeddedWeightsTests {
    private static let root = fixtures.deletingLastPathComponent().deletingLastPathComponent()
    private static let data = root.appending(path: "Data")

    @Test func theProgramFindsThem() throws {
        let program = Self.root.appending(path: ".build/release/winnow")
        let found = try EmbeddedWeights.locate(environment: [:], program: program)
        #expect(found.path == Self.data.appending(path: "weights/\(EmbeddedWeights.file)").path)
        let named = try EmbeddedWeights.locate(
            environment: [EmbeddedScenes.variable: Self.data.path], program: nil)
        #expect(named.path == found.path)
        let bytes = try #require(try found.resourceValues(forKeys: [.fileSizeKey]).fileSize)
        #expect(bytes <= 24_000_000)
    }

    @Test func theyAreWeightsOfTheirArchitecture() throws {
        let file = try EmbeddedWeights.locate(
            environment: [EmbeddedScenes.variable: Self.data.path], program: nil)
        let found = try Pretrained.read(file, EmbeddedWeights.architecture)
        #expect(try found.graph.classCount() == 128)
        let fresh = try found.withNewHead(classes: (1...7).map(String.init), seed: 1).state
        let variance = try fresh.require("layer4.1.bn2.running_var").values(Float.self)
        #expect(variance.allSatisfy { $0 > 0 } && Set(variance).count > 100)
    }

    @Test func otherBytesAreRefused() throws {
        try withScratch { folder in
            let place = folder.appending(path: "weights")
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            try Data("no weights".utf8).write(to: place.appending(path: EmbeddedWeights.file))
            let error = #expect(throws: StudyError.self) {
                _ = try EmbeddedWeights.locate(
                    environment: [EmbeddedScenes.variable: folder.path], program: nil)
            }
            #expect(error?.description.contains("not the file that came") == true)
        }
    }

    @Test func missingOnesAreNamed() {
        for environment in [[EmbeddedScenes.variable: "/nowhere"], [:]] {
            let error = #expect(throws: StudyError.self) {
                _ = try EmbeddedWeights.locate(environment: environment, program: nil)
            }
            #expect(error?.description.contains(EmbeddedWeights.file) == true)
        }
    }
}
