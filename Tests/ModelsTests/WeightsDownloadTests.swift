import Foundation
import Testing

@testable import Models

/// Fetches that succeed, from a server on this machine; nothing reaches the internet.
@Suite(.timeLimit(.minutes(2))) struct WeightsDownloadTests {
    private let content = WeightsFixture.content

    @Test func aWholeFileArrivesOnce() throws {
        let content = content
        let fixture = try WeightsFixture { request, _ in .file(content, from: request.start) }
        try fixture.expectFetched()
        try fixture.expectFetched()
        #expect(fixture.server.requests.count == 1)
        #expect(fixture.server.requests[0].path == "/models/\(WeightsFixture.file)")
        #expect(fixture.server.requests[0].headers["range"] == nil)
    }

    @Test func progressEndsAtTheWholeFile() throws {
        let content = content
        let fixture = try WeightsFixture { request, _ in
            .file(content, from: request.start)
        }
        var seen: [(Int, Int)] = []
        _ = try fixture.weights.locate(progress: { seen.append(($0, $1)) })
        #expect(seen.allSatisfy { $0.1 == content.count })
        #expect(seen.map(\.0) == seen.map(\.0).sorted())
        #expect(seen.last?.0 == content.count)
    }

    @Test func aCutConnectionIsTakenUpAgain() throws {
        let content = content
        let fixture = try WeightsFixture { request, number in
            var answer = LocalWeightsServer.Answer.file(content, from: request.start)
            answer.cutAt = number < 2 ? 100_000 : nil
            return answer
        }
        try fixture.expectFetched()
        #expect(fixture.server.requests.map(\.start) == [nil, 100_000, 200_000])
    }

    @Test func aLaterRunGoesOnWhereAnEarlierStopped() throws {
        let content = content
        let fixture = try WeightsFixture { request, number in
            if number == 1 { return .init(status: 503) }
            var answer = LocalWeightsServer.Answer.file(content, from: request.start)
            answer.cutAt = number == 0 ? 123_456 : nil
            return answer
        }
        #expect(try fixture.failure().kind == .refused)
        #expect(fixture.kept == content.prefix(123_456))
        try fixture.expectFetched()
        #expect(fixture.server.requests.map(\.start) == [nil, 123_456, 123_456])
    }

    @Test func aServerWithoutRangesStartsAnew() throws {
        let content = content
        let fixture = try WeightsFixture { _, _ in .file(content, from: nil) }
        try fixture.leavePartial(Data(repeating: 9, count: 1000))
        try fixture.expectFetched()
        #expect(fixture.server.requests.map(\.start) == [1000, nil])
    }

    /// The hash finds it out, and all is fetched once more.
    @Test func aPartOfAnotherFileStartsAnew() throws {
        let content = content
        let fixture = try WeightsFixture { request, _ in .file(content, from: request.start) }
        try fixture.leavePartial(Data(repeating: 9, count: 1000))
        try fixture.expectFetched()
        #expect(fixture.server.requests.map(\.start) == [1000, nil])
    }

    @Test(arguments: ["bytes 7-299999/300000", "bytes 1000-1999/2000", "nonsense", ""])
    func aWrongPartStartsAnew(_ range: String) throws {
        let content = content
        let fixture = try WeightsFixture { request, number in
            if number > 0 { return .file(content, from: request.start) }
            return .init(
                status: 206, headers: range.isEmpty ? [:] : ["Content-Range": range],
                body: content.dropFirst(1000).prefix(1000))
        }
        try fixture.leavePartial(content.prefix(1000))
        try fixture.expectFetched()
        #expect(fixture.server.requests.map(\.start) == [1000, nil])
    }

    @Test(arguments: [0, 50])
    func aPartialFileThatIsWholeOrTooLongIsSettled(_ surplus: Int) throws {
        let content = content
        let fixture = try WeightsFixture { request, _ in
            guard let start = request.start, start >= content.count else {
                return .file(content, from: request.start)
            }
            return .init(
                status: 416, headers: ["Content-Range": "bytes */\(content.count)"],
                body: Data("past the end".utf8))
        }
        try fixture.leavePartial(content + Data(count: surplus))
        try fixture.expectFetched()
        #expect(fixture.server.requests.count == (surplus == 0 ? 1 : 2))
    }

    @Test func aSlowServerIsNotASilentOne() throws {
        let content = content
        let fixture = try WeightsFixture { request, _ in
            var answer = LocalWeightsServer.Answer.file(content, from: request.start)
            answer.piece = 10_000
            return answer
        }
        try fixture.expectFetched(timeout: 1.5)
        #expect(fixture.server.requests.count == 1)
    }

    @Test func aRedirectionIsFollowedWithTheRange() throws {
        let content = content
        let fixture = try WeightsFixture { request, _ in
            guard request.path.hasPrefix("/models") else {
                return .file(content, from: request.start)
            }
            return .init(status: 302, headers: ["Location": "/elsewhere/file"])
        }
        try fixture.leavePartial(content.prefix(1000))
        try fixture.expectFetched()
        #expect(fixture.server.requests.map(\.start) == [1000, 1000])
    }

    @Test func oneOfTwoFetchesAndTheOtherWaits() throws {
        let content = content
        let fixture = try WeightsFixture { request, _ in
            var answer = LocalWeightsServer.Answer.file(content, from: request.start)
            answer.piece = 100_000
            return answer
        }
        let weights = fixture.weights
        DispatchQueue.concurrentPerform(iterations: 2) { _ in
            #expect(throws: Never.self) { try weights.locate() }
        }
        try fixture.expectFetched()
        #expect(fixture.server.requests.count == 1)
    }
}
