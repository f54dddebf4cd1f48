import Foundation
import Models
import Testing

@testable import Measuring
@testable import Torch

@Suite struct EngineTests {
    private static let shell = URL(fileURLWithPath: "/bin/sh")
    private static let program =
        Bundle.main.executableURL
        ?? URL(
            fileURLWithPath: CommandLine.arguments[0])
    static let hasRuntime = (try? OnnxRuntime(program: program)) != nil
    private let setting = BenchSetting(batch: 2, threads: 1, height: 32, width: 32)

    private func shell(_ script: String) throws -> EngineProcess {
        try EngineProcess("it", program: Self.shell, arguments: ["-c", script])
    }

    private func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "bench-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    private func network() throws -> Model {
        try Model.drawn(.named("resnet20"), classes: 3, size: 32, seed: 1).named(["a", "b", "c"])
    }

    @Test func aProcessIsAskedAndAnswers() throws {
        let process = try shell(
            """
            echo ready; while read order; do case $order in
            run) echo seconds 0.25;; memory) echo bytes 77;; esac; done
            """)
        #expect(try process.run() == 0.25 && process.run() == 0.25)
        #expect(try process.peakMemory() == 77)
        process.end()
    }

    @Test func whatIsWrongIsSaid() throws {
        func message(_ script: String) -> String {
            do {
                let process = try shell(script)
                _ = try process.run()
                return "nothing"
            } catch { return "\(error)" }
        }
        #expect(message("echo error no such file") == "it: no such file")
        #expect(message("echo hello").hasPrefix("it: it said 'hello'; expected 'ready'"))
        #expect(message("exit 3").contains("ended with status 3"))
        #expect(message("echo ready; read order; exit 4").contains("ended with status 4"))
        #expect(message("echo ready; read order; echo seconds soon").contains("is no time"))
    }

    @Test func aProgramThatIsNotThereIsSaid() {
        #expect(throws: MeasuringError.self) {
            try EngineProcess(
                "it", program: URL(fileURLWithPath: "/no/such/program"), arguments: [])
        }
    }

    @Test func withoutOnnxruntimeTheCommandIsNamed() throws {
        try withFolder { folder in
            let nowhere = folder.appending(path: "bin/winnow")
            do {
                _ = try OnnxRuntime([:], program: nowhere)
                Issue.record("it was found")
            } catch { #expect("\(error)".contains("scripts/setup --onnxruntime")) }
            // A Python without it.
            let python = folder.appending(path: "python")
            try Data("#!/bin/sh\nexec python3 -I -S \"$@\"\n".utf8).write(to: python)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: python.path)
            let runtime = try OnnxRuntime(
                ["WINNOW_ONNXRUNTIME_PYTHON": python.path], program: nowhere)
            do {
                _ = try runtime.start(Contender("m", folder, .onnxruntime), setting)
                Issue.record("it has onnxruntime")
            } catch { #expect("\(error)".contains("has no onnxruntime")) }
            do {
                _ = try OnnxRuntime(
                    ["WINNOW_ONNXRUNTIME_PYTHON": "/no/python"], program: nowhere)
                Issue.record("it was found")
            } catch { #expect("\(error)".contains("/no/python: no program is there")) }
        }
    }

    @Test func winnowsPassIsAPass() throws {
        try withFolder { folder in
            let file = folder.appending(path: "n.safetensors")
            try network().write(to: file)
            try WinnowEngine.pass(file, setting)()
            #expect(throws: NetworkError.self) {
                try WinnowEngine.pass(
                    file, BenchSetting(batch: 1, threads: 1, height: 0, width: 0))
            }
            #expect(throws: (any Error).self) {
                try WinnowEngine.pass(folder.appending(path: "missing.onnx"), setting)
            }
        }
    }

    @Test(.enabled(if: EngineTests.hasRuntime, "onnxruntime is not installed"))
    func onnxruntimeRunsWhatIsWritten() throws {
        try withFolder { folder in
            let file = folder.appending(path: "n.safetensors")
            try network().write(to: file)
            let written = try OnnxRuntime.file(for: file, height: 32, width: 32, in: folder)
            let runtime = try OnnxRuntime(program: Self.program)
            let process = try runtime.start(Contender("n", written, .onnxruntime), setting)
            #expect(try process.run() > 0)
            #expect(try process.peakMemory() ?? 0 > 1 << 20)
            process.end()
            do {
                let other = BenchSetting(batch: 1, threads: 1, height: 48, width: 48)
                _ = try runtime.start(Contender("n", written, .onnxruntime), other)
                Issue.record("it took pictures of another size")
            } catch { #expect("\(error)".contains("not [1, 3, 48, 48]")) }
        }
    }

    @Test func accountsAreCountedByHand() throws {
        try withFolder { folder in
            let file = folder.appending(path: "n.safetensors")
            var model = try network()
            // A filter that puts out nothing: with it go what it reads and what reads it.
            for name in ["conv1.weight", "bn1.weight", "bn1.bias"] {
                let tensor = try model.state.require("layer1.0.\(name)")
                var values: [Float] = try tensor.values()
                let each = tensor.count / 16
                for place in 0..<each { values[place] = 0 }
                model.state["layer1.0.\(name)"] = try Tensor(values, tensor.shape)
            }
            try model.write(to: file)
            let account = try Accounting(model, file: file, height: 32, width: 32)
            let weights = try model.trained.map { try model.state.require($0) }
            #expect(account.parameters == weights.map(\.count).reduce(0, +))
            #expect(
                account.nonzeroParameters
                    == (try weights.map { try $0.countNonzero() }.reduce(0, +)))
            let size = try Data(contentsOf: file).count
            #expect(account.bytes == size)
            #expect(account.deflatedBytes > size / 2 && account.deflatedBytes < size)
            #expect(account.macs - account.nonzeroMACs == 16 * 9 * 32 * 32)
            #expect(account.macs - account.cutMACs == 2 * 16 * 9 * 32 * 32)
            let larger = try Accounting(model, file: file, height: 64, width: 32)
            #expect(larger.macs == 2 * account.macs - 64 * 3)
        }
    }
}

extension Model {
    fileprivate func named(_ classes: [String]) -> Model {
        var model = self
        model.classes = classes
        return model
    }
}
