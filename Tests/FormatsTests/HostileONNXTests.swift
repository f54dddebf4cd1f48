import Foundation
import SwiftProtobuf
import Testing

@testable import Formats

/// ONNX files that are cut off, lie, or reach for other files.
@Suite struct HostileONNXTests {
    private func words(_ data: Data, folder: URL? = nil) -> String {
        refusal { try ONNXReader.read(data, file: "m.onnx", folder: folder) }
    }

    /// A whole model with one change.
    private func model(_ change: (inout Winnow_Onnx_ModelProto) -> Void) throws -> Data {
        var proto = Winnow_Onnx_ModelProto()
        proto.opsetImport = [.with { $0.version = 20 }]
        proto.graph.initializer = [
            .with {
                $0.name = "w"
                $0.dims = [2]
                $0.dataType = 1
                $0.rawData = Data(count: 8)
            }
        ]
        change(&proto)
        return try proto.serializedBytes()
    }

    @Test func acceptsTheModelThatTheOthersChange() throws {
        let read = try ONNXReader.read(model { _ in }, file: "m", folder: nil)
        #expect(read.initializers["w"]?.floats() == [0, 0])
    }

    /// Protobuf's fields may end at any place; what is missing then shows as a missing or short part.
    @Test(arguments: ["typed.onnx", "raw.onnx"])
    func noTruncationReadsAsTheWholeFile(name: String) throws {
        let data = try FormatsFixture.data("onnx/\(name)")
        let whole = try ONNXReader.read(data, file: name, folder: nil)
        var refused = 0
        for count in 0..<data.count {
            do {
                let read = try ONNXReader.read(data.prefix(count), file: name, folder: nil)
                #expect(read != whole)
            } catch let error as FormatError {
                #expect(error.description.contains(name))
                refused += 1
            }
        }
        #expect(refused > data.count * 9 / 10)
    }

    @Test func saysWhereItIsCutOff() throws {
        let data = try model { _ in }
        let message = words(data.prefix(data.count / 2))
        #expect(message.contains("ends at byte \(data.count / 2) but its content says"))
        #expect(message.contains("the download was cut off. Fetch it again."))
    }

    /// Changed bytes give another model or one error, never a crash.
    @Test func survivesChangedBytes() throws {
        var generator = SystemRandomNumberGenerator()
        let data = try FormatsFixture.data("onnx/typed.onnx")
        for _ in 0..<3000 {
            var changed = data
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<data.count, using: &generator)
                changed[place] = UInt8.random(in: 0...255, using: &generator)
            }
            do {
                _ = try ONNXReader.read(changed, file: "m", folder: nil)
            } catch is FormatError {}
        }
    }

    @Test(arguments: ["<!DOCTYPE html><html></html>", "{}", "PK\u{3}\u{4}zip", "", "\u{8}"])
    func refusesOtherFiles(text: String) {
        #expect(words(Data(text.utf8)).contains("m.onnx: "))
    }

    /// Two bytes a node in the file would be hundreds in memory.
    @Test func refusesAFloodOfEmptyParts() throws {
        var body = Data()
        for _ in 0..<ONNXScan.mostItems + 1 { body.append(contentsOf: [0x0A, 0]) }
        var data = Data([0x3A])
        var size = body.count
        while size >= 0x80 {
            data.append(UInt8(size & 0x7F) | 0x80)
            size >>= 7
        }
        data.append(UInt8(size))
        #expect(words(data + body).contains("is made of more than 1,000,000 parts"))
    }

    @Test func refusesOtherOpsets() throws {
        let old = try model { $0.opsetImport[0].version = 12 }
        #expect(words(old).contains("is written in opset 12; expected opset 13 to 22. Export it"))
        #expect(words(try model { $0.opsetImport[0].version = 23 }).contains("opset 23"))
        #expect(words(try model { $0.opsetImport = [] }).contains("has no opset"))
        for opset in ONNXModel.opsets {
            let data = try model { $0.opsetImport[0].version = Int64(opset) }
            #expect(try ONNXReader.read(data, file: "m", folder: nil).opset == opset)
        }
    }

    @Test func refusesTensorsThatContradictThemselves() throws {
        func changed(_ change: (inout Winnow_Onnx_TensorProto) -> Void) throws -> String {
            words(try model { change(&$0.graph.initializer[0]) })
        }
        #expect(try changed { $0.dims = [3] }.contains("8 bytes for the tensor 'w'; expected 12"))
        #expect(try changed { $0.dims = [-2] }.contains("impossible shape [-2]"))
        #expect(try changed { $0.dims = [.max, .max] }.contains("impossible shape"))
        #expect(try changed { $0.dims = [1 << 40] }.contains("expected 4,398,046,511,104"))
        #expect(
            try changed { $0.dataType = 8 }.contains(
                "of data type 8 (string); expected one of float32"))
        #expect(
            try changed {
                $0.rawData = Data()
                $0.floatData = [1, 2, 3]
            }.contains("3 values for the tensor 'w'; expected 2"))
        let twice = try model { $0.graph.initializer.append($0.graph.initializer[0]) }
        #expect(words(twice).contains("the initializer 'w' twice"))
    }

    @Test func refusesBranches() throws {
        let data = try model {
            $0.graph.node = [
                .with {
                    $0.name = "choice"
                    $0.opType = "If"
                    $0.attribute = [
                        .with {
                            $0.name = "then_branch"
                            $0.type = 5
                        }
                    ]
                }
            ]
        }
        #expect(
            words(data).contains("gives node 'choice' (If) the setting 'then_branch' of kind 5"))
    }

    // MARK: external data

    private func external(_ entries: [String: String]) throws -> Data {
        try model {
            $0.graph.initializer[0].rawData = Data()
            $0.graph.initializer[0].dataLocation = 1
            $0.graph.initializer[0].externalData = entries.map { key, value in
                .with {
                    $0.key = key
                    $0.value = value
                }
            }
        }
    }

    @Test func readsExternalDataInItsFolderOnly() throws {
        try FormatsFixture.inTemporaryFolder { outer in
            let folder = outer.appendingPathComponent("model")
            let inner = folder.appendingPathComponent("data")
            try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
            let secret = outer.appendingPathComponent("secret.bin")
            try Data(count: 64).write(to: secret)
            try littleEndian([1 as UInt32, 2, 3, 4]).withUnsafeBytes { Data($0) }.write(
                to: inner.appendingPathComponent("w.bin"))
            try FileManager.default.createSymbolicLink(
                at: folder.appendingPathComponent("link.bin"), withDestinationURL: secret)
            let good = try external(["location": "data/w.bin", "offset": "4", "length": "8"])
            let read = try ONNXReader.read(good, file: "m", folder: folder)
            #expect(read.initializers["w"]?.bytes == Data([2, 0, 0, 0, 3, 0, 0, 0]))
            for place in [
                "../secret.bin", secret.path, "data/../../secret.bin", "link.bin", "", "a\\b",
            ] {
                let message = words(try external(["location": place]), folder: folder)
                #expect(message.contains("expected a file in the model's own folder"), "\(place)")
            }
            #expect(words(good).contains("expected a file in the model's own folder"))
        }
    }

    @Test func refusesExternalDataThatDoesNotFit() throws {
        try FormatsFixture.inTemporaryFolder { folder in
            try Data(count: 12).write(to: folder.appendingPathComponent("w.bin"))
            func message(_ entries: [String: String]) throws -> String {
                words(
                    try external(entries.merging(["location": "w.bin"]) { old, _ in old }),
                    folder: folder)
            }
            #expect(
                try message(["offset": "8"]).contains(
                    "up to byte 16, but that file ends at byte 12"))
            #expect(try message(["offset": "9223372036854775807"]).contains("ends at byte 12"))
            #expect(try message(["offset": "-4"]).contains("at offset -4"))
            #expect(try message(["offset": "x"]).contains("at offset -1"))
            #expect(try message(["length": "4"]).contains("length 4, of 'w.bin'; expected 8 bytes"))
            let missing = words(try external(["location": "none.bin"]), folder: folder)
            #expect(missing.contains("none.bin: cannot be opened"))
        }
    }
}
