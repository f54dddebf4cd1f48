import Foundation
import Testing

@testable import Networks

/// Downloads against a server on this machine (Support/weights_server.py); nothing reaches the internet.
@Suite struct OfficialWeightsTests {
    @Test func aWholeFileArrives() throws {
        let server = try Server(mode: "whole")
        let file = server.scratch.appendingPathComponent("got")
        try server.download(to: file).run()
        #expect(try Data(contentsOf: file) == server.content)
    }

    @Test func aCutDownloadGoesOnWhereItStopped() throws {
        let server = try Server(mode: "cut")
        let file = server.scratch.appendingPathComponent("got")
        #expect(throws: DownloadError.self) { try server.download(to: file).run() }
        let kept = try Data(contentsOf: file).count
        #expect(kept > 0 && kept < server.content.count)
        try server.download(to: file).run()
        #expect(try Data(contentsOf: file) == server.content)
    }

    @Test func aServerWithoutRangesStartsAnew() throws {
        let server = try Server(mode: "no-range")
        let file = server.scratch.appendingPathComponent("got")
        try Data(repeating: 9, count: 1000).write(to: file)
        try server.download(to: file).run()
        #expect(try Data(contentsOf: file) == server.content)
    }

    @Test(arguments: ["missing", "hang"])
    func aRefusalIsOneClearError(_ mode: String) throws {
        let server = try Server(mode: mode)
        let weights = try server.weights()
        let file = server.scratch.appendingPathComponent("got")
        let error = #expect(throws: DownloadError.self) {
            try server.download(to: file, timeout: 2).run()
        }
        #expect(error?.reason.isEmpty == false)
        if mode == "missing" {
            let full = #expect(throws: NetworkError.self) { try weights.locate() }
            #expect(full?.description.contains("404") == true)
            #expect(full?.description.contains("--weights FILE") == true)
        }
    }

    @Test func aWrongHashIsRefusedAndRemoved() throws {
        let server = try Server(mode: "whole")
        let weights = try server.weights()
        let error = #expect(throws: NetworkError.self) { try weights.locate() }
        #expect(error?.description.contains("f37072fd") == true)
        #expect(!weights.isCached)
        #expect(!FileManager.default.fileExists(atPath: weights.cached.path + ".partial"))
    }

    @Test func beingOfflineSaysWhatToDo() throws {
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent(
            UUID().uuidString)
        let weights = try OfficialWeights(
            .resnet18,
            environment: ["WINNOW_WEIGHTS_URL": "http://127.0.0.1:9", "WINNOW_CACHE": scratch.path])
        let error = #expect(throws: NetworkError.self) { try weights.locate() }
        #expect(error?.description.contains("offline") == true)
    }

    @Test func onlyWebAddressesAreMirrors() {
        #expect(throws: NetworkError.self) {
            try OfficialWeights(.resnet18, environment: ["WINNOW_WEIGHTS_URL": "file:///etc"])
        }
    }

    /// The server as a child process, ended with this object.
    private final class Server {
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent(
            UUID().uuidString)
        let content = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
        private let process = Process()
        private let port: Int

        init(mode: String) throws {
            try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
            let served = scratch.appendingPathComponent("served")
            try content.write(to: served)
            let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("Support/weights_server.py")
            let output = Pipe()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["python3", script.path, served.path, mode]
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try process.run()
            let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            port = try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines)))
        }

        deinit {
            // Not SIGTERM: a test runner may have it blocked, and a child inherits that.
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            try? FileManager.default.removeItem(at: scratch)
        }

        func download(to file: URL, timeout: TimeInterval = 10) throws -> WeightsDownload {
            let url = try #require(URL(string: "http://127.0.0.1:\(port)/served"))
            return WeightsDownload(
                url, to: file, timeout: timeout, progress: { _, _ in }, isCancelled: { false })
        }

        func weights() throws -> OfficialWeights {
            try OfficialWeights(
                .resnet18,
                environment: [
                    "WINNOW_WEIGHTS_URL": "http://127.0.0.1:\(port)", "WINNOW_CACHE": scratch.path,
                ])
        }
    }
}
