import Foundation
import Testing

@testable import Models

/// Fetches that fail: one clear error each, and nothing lost that was there.
@Suite(.timeLimit(.minutes(2))) struct WeightsDownloadFailureTests {
    private let content = WeightsFixture.content

    @Test(arguments: [404, 403, 500, 503, 418])
    func aRefusalNamesTheStatusAndWhatToDo(_ status: Int) throws {
        let fixture = try WeightsFixture { _, _ in
            .init(status: status, body: Data("<h1>no</h1>".utf8))
        }
        try fixture.leavePartial(content.prefix(1000))
        let error = try fixture.failure()
        #expect(error.kind == .refused)
        for part in [
            "\(status)", WeightsFixture.file, "`weights` FILE", fixture.weights.cached.path,
        ] {
            #expect(error.description.contains(part), "\(error)")
        }
        #expect(fixture.kept == content.prefix(1000))
    }

    @Test func aWrongHashIsRefusedAndDeleted() throws {
        let wrong = content.dropLast() + Data([0])
        let fixture = try WeightsFixture { request, _ in .file(wrong, from: request.start) }
        let error = try fixture.failure()
        #expect(error.kind == .damaged)
        #expect(error.description.contains("expected \(fixture.weights.hashPrefix)"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path) == [])
    }

    @Test func aTruncatedFileIsKeptAsAPart() throws {
        let content = content
        let fixture = try WeightsFixture { request, number in
            var answer = LocalWeightsServer.Answer.file(content, from: request.start)
            answer.cutAt = number == 0 ? 1000 : 0
            return answer
        }
        let error = try fixture.failure()
        #expect(error.kind == .cutOff)
        #expect(error.description.contains("1000 of 300000 bytes are kept"), "\(error)")
        #expect(fixture.kept == content.prefix(1000))
        #expect(fixture.server.requests.count == 2)
    }

    @Test func aSilentServerIsGivenUp() throws {
        let fixture = try WeightsFixture { _, _ in .init(isSilentAtOnce: true) }
        let error = try fixture.failure(timeout: 0.5)
        #expect(error.kind == .unreachable)
        #expect(error.description.contains("silent for 1 seconds"), "\(error)")
        #expect(error.description.contains("`weights` FILE"))
    }

    @Test func aServerThatFallsSilentLeavesThePart() throws {
        let content = content
        let fixture = try WeightsFixture { request, number in
            guard number == 0 else { return .init(isSilentAtOnce: true) }
            var answer = LocalWeightsServer.Answer.file(content, from: request.start)
            answer.cutAt = 1000
            answer.isSilentAfter = true
            return answer
        }
        let error = try fixture.failure(timeout: 1)
        #expect(error.description.contains("silent for 1 seconds; 1000"), "\(error)")
        #expect(fixture.kept == content.prefix(1000))
    }

    @Test func beingOfflineSaysWhatToDo() throws {
        let (number, port) = try LocalWeightsServer.bound()
        defer { close(number) }
        let fixture = try WeightsFixture { _, _ in .init() }
        let base = try #require(URL(string: "http://127.0.0.1:\(port)"))
        let weights = OfficialWeights(
            .resnet18, file: WeightsFixture.file, base: base, cache: fixture.folder)
        let error = try #require(
            #expect(throws: OfficialWeightsError.self) { try weights.locate() })
        #expect(error.kind == .unreachable)
        for part in ["127.0.0.1 cannot be reached", "offline", "`weights` FILE", weights.shownURL] {
            #expect(error.description.contains(part), "\(error)")
        }
        #expect(!error.description.contains("\n"))
    }

    @Test func aCancelledFetchKeepsItsPart() throws {
        let content = content
        let fixture = try WeightsFixture { request, _ in
            var answer = LocalWeightsServer.Answer.file(content, from: request.start)
            answer.cutAt = 1000
            answer.isSilentAfter = true
            return answer
        }
        var shown: (Int, Int) = (0, 0)
        let error = try fixture.failure(
            progress: { shown = ($0, $1) }, isCancelled: { shown == (1000, content.count) })
        #expect(error.kind == .interrupted)
        #expect(error.description.contains("1000 of 300000 bytes are kept"), "\(error)")
        #expect(fixture.kept == content.prefix(1000))
    }

    @Test func aCancelledWaitForAnotherProcessEnds() throws {
        let fixture = try WeightsFixture { _, _ in .init() }
        let held = try WeightsDownloadPartial(fixture.partial, isCancelled: { false })
        defer { held.release() }
        #expect(try fixture.failure(isCancelled: { true }).kind == .interrupted)
        #expect(fixture.server.requests.isEmpty)
    }

    @Test func aLoginPageIsNoFile() throws {
        let fixture = try WeightsFixture { _, _ in
            .init(headers: ["Content-Type": "text/html; charset=utf-8"], body: Data("<html>".utf8))
        }
        try fixture.leavePartial(content.prefix(1000))
        let error = try fixture.failure()
        #expect(error.kind == .refused)
        #expect(error.description.contains("web page"))
        #expect(fixture.kept == content.prefix(1000))
    }

    @Test(arguments: [
        ["Content-Length": "3000000000"], ["Content-Length": "1000000000000"],
        ["No-Length": "1"], ["Content-Encoding": "gzip"],
    ])
    func anUnboundedAnswerIsRefused(_ headers: [String: String]) throws {
        let fixture = try WeightsFixture { _, _ in .init(headers: headers, body: Data(count: 1000))
        }
        try fixture.leavePartial(content.prefix(1000))
        #expect(try fixture.failure().kind == .refused)
        #expect(fixture.kept == content.prefix(1000))
    }

    @Test func moreThanAnnouncedIsRefused() throws {
        let content = content
        let fixture = try WeightsFixture { _, _ in
            .init(
                status: 206, headers: ["Content-Range": "bytes 1000-1999/2000"],
                body: content.dropFirst(1000))
        }
        try fixture.leavePartial(content.prefix(1000))
        let error = try fixture.failure()
        #expect(error.description.contains("more than the 2000 bytes"), "\(error)")
    }

    @Test(arguments: ["ftp://127.0.0.1/f", "file:///etc/hostname", "/models/again"])
    func anOddRedirectionIsRefused(_ target: String) throws {
        let fixture = try WeightsFixture { _, _ in
            .init(status: 302, headers: ["Location": target])
        }
        let error = try fixture.failure()
        #expect(error.kind == .refused)
        #expect(error.description.contains("redirects"), "\(error)")
        #expect(fixture.server.requests.count <= WeightsDownload.mostRedirections + 1)
    }

    @Test func aFolderThatRefusesIsNamed() throws {
        let fixture = try WeightsFixture { _, _ in .init() }
        let file = fixture.folder.appendingPathComponent("file")
        try Data([1]).write(to: file)
        let weights = OfficialWeights(
            .resnet18, file: WeightsFixture.file, base: fixture.weights.url,
            cache: file.appendingPathComponent("cache"))
        let error = #expect(throws: OfficialWeightsError.self) { try weights.locate() }
        #expect(error?.kind == .storage)
        #expect(error?.description.contains("WINNOW_CACHE") == true)
    }

    @Test func aPartialFileThatIsALinkIsRefused() throws {
        let fixture = try WeightsFixture { _, _ in .init() }
        let target = fixture.folder.appendingPathComponent("precious")
        try Data([1]).write(to: target)
        try FileManager.default.createSymbolicLink(at: fixture.partial, withDestinationURL: target)
        #expect(try fixture.failure().kind == .storage)
        #expect(try Data(contentsOf: target) == Data([1]))
    }
}
