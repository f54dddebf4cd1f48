import Crypto
import Foundation
import Testing

@testable import Models

/// A local server, a cache folder of its own, and a file that is named by its hash as torchvision's.
final class WeightsFixture {
    static let content = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
    static let file: String = {
        let hash = SHA256.hash(data: content).map { String(format: "%02x", $0) }.joined()
        return "test-\(hash.prefix(8)).pth"
    }()

    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("winnow-\(UUID())")
    let server: LocalWeightsServer
    let weights: OfficialWeights
    var partial: URL { URL(fileURLWithPath: weights.cached.path + ".partial") }

    init(
        _ answer: @escaping @Sendable (LocalWeightsServer.Request, Int) -> LocalWeightsServer.Answer
    ) throws {
        server = try LocalWeightsServer(answer)
        let base = try #require(URL(string: "http://127.0.0.1:\(server.port)/models"))
        weights = OfficialWeights(.resnet18, file: Self.file, base: base, cache: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        server.stop()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Fetches, and checks what is in the cache folder afterwards.
    func expectFetched(timeout: TimeInterval = 20) throws {
        #expect(try weights.locate(timeout: timeout) == weights.cached)
        #expect(try Data(contentsOf: weights.cached) == Self.content)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names == [Self.file, Self.file + ".checked"])
    }

    /// Fetches in vain.
    func failure(
        timeout: TimeInterval = 20, progress: (Int, Int) -> Void = { _, _ in },
        isCancelled: () -> Bool = { false }
    ) throws -> OfficialWeightsError {
        let error = #expect(throws: OfficialWeightsError.self) {
            try weights.locate(timeout: timeout, progress: progress, isCancelled: isCancelled)
        }
        #expect(!weights.isCached)
        return try #require(error)
    }

    /// Leaves a partial file, as an earlier run would.
    func leavePartial(_ data: Data) throws { try data.write(to: partial) }

    /// Bytes of the partial file; nil where there is none.
    var kept: Data? { try? Data(contentsOf: partial) }
}
