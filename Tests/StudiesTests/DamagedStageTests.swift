import Foundation
import Models
import Testing
import Torch
import Training

@testable import Studies

/// Finished stages whose files are not what was written: put aside when another stage reads them, and done again.
@Suite struct DamagedStageTests {
    private static var study: Study {
        var study = TinyStudy.study
        study.protocols = [study.protocols[0]]
        study.protocols[0].epochs = 1
        study.experiments = [Experiment("Fig. 5", [.unpruned, .percentile], amounts: [0.5])]
        return study
    }

    /// A study that is done, but for the stages that read the fine-tuned network, whose folder is given to `damage`.
    private func mended(
        _ damage: (URL) throws -> Void, _ body: ([String], Stage, URL) throws -> Void
    ) throws {
        try withStageFolder { folder in
            let data = try pictureData(folder.appending(path: "pictures"))
            let root = folder.appending(path: "out")
            try TinyStudy.work(data, root, study: Self.study)
            let plan = try TinyStudy.plan(data, study: Self.study)
            let fine = try #require(plan.runs.first).fine
            let store = try StageStore(root)
            let before = try Data(contentsOf: record(store, fine))
            for item in plan.items where item.stage.parents.contains(fine.id) {
                try FileManager.default.removeItem(at: store.folder(item.stage))
            }
            try damage(store.folder(fine))
            var begun: [String] = []
            try TinyStudy.work(
                data, root, study: Self.study,
                onStage: { item, event in
                    if event == .begun { begun.append(item.stage.id) }
                })
            #expect(plan.items.allSatisfy { store.isDone($0.stage) })
            #expect(try Data(contentsOf: record(store, fine)) == before)
            try body(begun, fine, root)
        }
    }

    private func record(_ store: StageStore, _ stage: Stage) -> URL {
        store.folder(stage).appending(path: "record.json")
    }

    private func expectDoneAgain(_ begun: [String], _ fine: Stage, _ root: URL) {
        #expect(begun.count { $0 == fine.id } == 1)
        let aside = root.appending(path: "stages/\(fine.id).damaged").path
        #expect(FileManager.default.fileExists(atPath: aside))
    }

    @Test func zeroedBytes() throws {
        try mended({ folder in
            let file = folder.appending(path: "model.safetensors")
            var bytes = try Data(contentsOf: file)
            let middle = bytes.count - 4000
            bytes.replaceSubrange(middle..<middle + 400, with: Data(count: 400))
            try bytes.write(to: file)
        }) { expectDoneAgain($0, $1, $2) }
    }

    @Test func aFileThatWasCutOff() throws {
        try mended({ folder in
            let file = folder.appending(path: "model.safetensors")
            try Data(contentsOf: file).prefix(5000).write(to: file)
        }) { expectDoneAgain($0, $1, $2) }
    }

    /// As an earlier version wrote it: no hashes in its record, and no numbers in its network.
    @Test func aNetworkOfNoNumbers() throws {
        try mended({ folder in
            let file = folder.appending(path: "model.safetensors")
            let state = try Model.read(file).state
            let name = "layer4.0.bn1.running_var"
            let values: [Float] = try state.require(name).values()
            var bytes = try Data(contentsOf: file)
            let found = try values.withUnsafeBytes { try #require(bytes.range(of: Data($0))) }
            let none = [Float](repeating: .nan, count: values.count)
            none.withUnsafeBytes { bytes.replaceSubrange(found, with: Data($0)) }
            try bytes.write(to: file)
            let record = folder.appending(path: "record.json")
            var object = try #require(
                JSONSerialization.jsonObject(with: Data(contentsOf: record)) as? [String: Any])
            object["files"] = nil
            try JSONSerialization.data(withJSONObject: object).write(to: record)
        }) { expectDoneAgain($0, $1, $2) }
    }

    /// A network cannot be written that could not be read.
    @Test func noNumbersAreNotWritten() throws {
        try withStageFolder { folder in
            var model = try Model.drawn(
                #require(Architecture(rawValue: "resnet20")), classes: 2, size: 8, seed: 1)
            model.classes = ["a", "b"]
            model.state["bn1.running_var"] = try Tensor([Float](repeating: .nan, count: 16), [16])
            for name in ["m.safetensors", "m.onnx", "m.pth"] {
                let file = folder.appending(path: name)
                let error = #expect(throws: NetworkError.self) {
                    switch name {
                    case "m.onnx": try model.write(onnx: file)
                    case "m.pth": try model.write(weights: file)
                    default: try model.write(to: file)
                    }
                }
                #expect(
                    error?.description.hasPrefix(
                        "\(name) was not written: bn1.running_var holds NaN") == true)
                #expect(!FileManager.default.fileExists(atPath: file.path))
            }
        }
    }
}
