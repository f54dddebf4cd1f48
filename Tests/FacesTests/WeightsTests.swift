import Formats
import Foundation
import Testing

@testable import Faces

/// Where weights are looked for, and files that are not what they should be.
struct WeightsTests {
    @Test func theVariableComesFirst() throws {
        try withTemporaryFolder { folder in
            try Data().write(to: folder.appending(path: "pnet.pt"))
            let found = try MTCNNWeights.locate(
                environment: ["WINNOW_MTCNN": folder.path], program: nil)
            #expect(found.path == folder.path)
        }
    }

    @Test func aboveTheProgram() throws {
        try withTemporaryFolder { folder in
            let data = folder.appending(path: ".dependencies/python/facenet_pytorch/data")
            try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
            let program = folder.appending(path: ".build/release/winnow")
            #expect(
                message { _ = try MTCNNWeights.locate(environment: [:], program: program) }
                    .contains("scripts/setup"))
            try Data().write(to: data.appending(path: "pnet.pt"))
            let found = try MTCNNWeights.locate(environment: [:], program: program)
            #expect(found.standardized.path == data.resolvingSymlinksInPath().path)
        }
    }

    @Test func missing() {
        let text = message {
            _ = try MTCNNWeights.locate(environment: ["WINNOW_MTCNN": "/no/where"], program: nil)
        }
        #expect(text.contains("WINNOW_MTCNN=/no/where") && text.contains("pnet.pt"))
        #expect(
            message { _ = try MTCNNWeights.locate(environment: [:], program: nil) }
                .contains("scripts/setup"))
    }

    private func weights(_ change: (inout [(String, HostTensor)]) -> Void) -> String {
        var tensors = PNet.shapes.map { name, shape in
            let zeros = [Float](repeating: 0, count: shape.reduce(1, *))
            return (name, HostTensor(zeros, shape: shape))
        }
        change(&tensors)
        return message {
            _ = try PNet(
                NetworkWeights(StateDict(tensors), file: "pnet.pt", shapes: PNet.shapes))
        }
    }

    @Test func files() {
        #expect(weights { _ in } == "no error")
        #expect(weights { $0.removeLast() }.contains("pnet.pt: has no tensor named 'conv4_2.bias'"))
        #expect(
            weights { $0[1].1 = HostTensor([1, 2] as [Float], shape: [2]) }
                .contains("'conv1.bias' is [2], expected [10]"))
        let broken = [Float](repeating: .nan, count: 10)
        #expect(
            weights { $0[1].1 = HostTensor(broken, shape: [10]) }.contains("not finite"))
    }

    @Test func aFolderOfOtherFiles() throws {
        try withTemporaryFolder { folder in
            try Data("<!DOCTYPE html>".utf8).write(to: folder.appending(path: "pnet.pt"))
            #expect(
                message { _ = try MTCNNWeights(folder: folder) }.contains(
                    "pnet.pt: is a web page"))
            try Data().write(to: folder.appending(path: "pnet.pt"))
            #expect(message { _ = try MTCNNWeights(folder: folder) }.contains("empty"))
        }
    }
}
