import Formats
import Foundation
import Models
import Testing
import Torch

/// The files under Tests/Fixtures/models, made by `scripts/peers onnx --fixtures` and
/// Tests/Fixtures/make/models_*.py.
enum ModelsFixture {
    static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures")

    static func url(_ path: String) -> URL { folder.appendingPathComponent("models/\(path)") }

    /// Names of the files in a folder, without their ending.
    static func names(_ path: String) -> [String] {
        let found = try? FileManager.default.contentsOfDirectory(atPath: url(path).path)
        return (found ?? []).filter { $0.hasSuffix(".onnx") }.map { String($0.dropLast(5)) }
            .sorted()
    }

    /// Every small network with each exporter: `old/vit`.
    static let networks = ["old", "new"].flatMap { kind in names(kind).map { "\(kind)/\($0)" } }

    static func network(_ path: String) throws -> Model {
        var model = try Model.read(onnx: url("\(path).onnx"))
        model.state = try model.state.placed(on: .cpu)
        return model
    }

    static func expected(_ path: String) throws -> StateDictionary {
        try StateDictionary(TensorFile.read(url("\(path).safetensors")))
    }
}

/// The scores of a model in evaluation.
func scores(_ model: Model, _ x: Tensor) throws -> Tensor {
    try noGrad { try Executor(model).forward(x, training: false) }
}

/// The largest difference, relative to the largest expected value; infinite where shapes differ or a
/// number is none.
func distance(_ found: Tensor, _ expected: Tensor) throws -> Float {
    try noGrad {
        let (a, b) = (
            try found.detached().values(Float.self), try expected.detached().values(Float.self)
        )
        guard found.shape == expected.shape, a.allSatisfy(\.isFinite) else { return .infinity }
        let largest = b.map(abs).max() ?? 0
        return (zip(a, b).map { abs($0 - $1) }.max() ?? 0) / max(largest, 1e-6)
    }
}

/// The words of the `NetworkError` that `body` throws; fails the test when it throws none.
func refusal<R>(
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> R
) -> String {
    do {
        _ = try body()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    } catch let error as NetworkError {
        return error.description
    } catch {
        Issue.record("not a NetworkError: \(error)", sourceLocation: sourceLocation)
    }
    return ""
}
