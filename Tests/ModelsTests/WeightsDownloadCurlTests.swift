import Foundation
import Testing

@testable import Models

/// How curl is called, and what it comes to where it or the disk is not as it should be.
@Suite(.timeLimit(.minutes(2))) struct WeightsDownloadCurlTests {
    @Test(arguments: [("https", "=https"), ("HTTPS", "=https"), ("http", "=http,https")])
    func encryptionIsNotGivenUpOnTheWay(_ scheme: String, _ allowed: String) throws {
        let url = try #require(URL(string: scheme + "://a.example/f"))
        let arguments = WeightsDownload(url, shownURL: "").arguments
        let place = try #require(arguments.firstIndex(of: "--proto-redir"))
        #expect(arguments[place + 1] == allowed)
    }

    @Test func withoutCurlTheErrorSaysHowToGetIt() throws {
        let fixture = try WeightsFixture { _, _ in .init() }
        let download = WeightsDownload(
            fixture.weights.url, shownURL: "", program: "no-such-program")
        let partial = try WeightsDownloadPartial(fixture.partial, isCancelled: { false })
        let error = #expect(throws: OfficialWeightsError.self) {
            try download.run(into: partial, progress: { _, _ in }, isCancelled: { false })
        }
        #expect(error?.kind == .unreachable)
        #expect(error?.description.contains("apt-get install curl") == true, "\(error as Any)")
    }

    #if os(Linux)
        @Test func aFullDiskIsToldApart() throws {
            let content = WeightsFixture.content
            let fixture = try WeightsFixture { request, _ in .file(content, from: request.start) }
            let partial = try WeightsDownloadPartial(
                URL(fileURLWithPath: "/dev/full"), isCancelled: { false })
            let error = #expect(throws: OfficialWeightsError.self) {
                try WeightsDownload(fixture.weights.url, shownURL: "")
                    .run(into: partial, progress: { _, _ in }, isCancelled: { false })
            }
            #expect(error?.kind == .storage)
            #expect(error?.description.contains("Free some space") == true, "\(error as Any)")
        }
    #endif

    /// A name that no server has: only the proxy can answer for it.
    @Test func theProxyOfTheEnvironmentIsAsked() throws {
        let fixture = try WeightsFixture { request, _ in
            .file(WeightsFixture.content, from: request.start)
        }
        let base = try #require(URL(string: "http://weights.invalid/models"))
        let weights = OfficialWeights(
            .resnet18, file: WeightsFixture.file, base: base, cache: fixture.folder)
        let before = ProcessInfo.processInfo.environment["http_proxy"]
        setenv("http_proxy", "http://127.0.0.1:\(fixture.server.port)", 1)
        defer { _ = before.map { setenv("http_proxy", $0, 1) } ?? unsetenv("http_proxy") }
        let found = try weights.locate(timeout: 5)
        #expect(try Data(contentsOf: found) == WeightsFixture.content)
        #expect(fixture.server.requests.map(\.path) == [weights.url.absoluteString])
    }

    @Test func aProbeFetchesNothing() throws {
        let fixture = try WeightsFixture { _, number in .init(status: number == 0 ? 200 : 404) }
        try fixture.weights.probe(timeout: 5)
        #expect(throws: OfficialWeightsError.self) { try fixture.weights.probe(timeout: 5) }
        #expect(fixture.kept == nil && !fixture.weights.isCached)
    }

    /// A password is not in curl's arguments, which every user of the machine may read.
    @Test func theAddressIsNoArgument() throws {
        let url = try #require(URL(string: "https://me:secret@a.example/f"))
        #expect(
            !WeightsDownload(url, shownURL: "").arguments.contains { $0.contains("secret") })
    }
}
