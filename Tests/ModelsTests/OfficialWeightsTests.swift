import Foundation
import Testing

@testable import Models

/// Names, addresses and the cache of official weights.
@Suite(.timeLimit(.minutes(2))) struct OfficialWeightsTests {
    @Test(arguments: [Architecture.resnet18, .resnet34, .resnet50])
    func everyArchitectureHasAFileNamedByItsHash(_ architecture: Architecture) throws {
        let weights = try OfficialWeights(architecture, environment: [:])
        #expect(weights.file.hasPrefix(architecture.rawValue + "-"))
        #expect(weights.hashPrefix.count == 8)
        #expect(weights.hashPrefix.allSatisfy { $0.isHexDigit && !$0.isUppercase })
        #expect(weights.url.absoluteString == "https://download.pytorch.org/models/\(weights.file)")
    }

    @Test func aNetworkWithoutOfficialWeightsIsRefused() throws {
        let error = #expect(throws: OfficialWeightsError.self) {
            try OfficialWeights(.named("resnet20"), environment: [:])
        }
        #expect(error?.kind == .settings)
        let text = error?.description ?? ""
        #expect(text.hasPrefix("no official network 'resnet20'. Did you mean 'resnet"))
        #expect(text.hasSuffix("mobilenet_v2. Name a file with `weights` FILE"), "\(text)")
    }

    @Test func theCacheFollowsTheEnvironment() throws {
        func folder(_ environment: [String: String]) throws -> String {
            try OfficialWeights(.resnet18, environment: environment)
                .cached.deletingLastPathComponent().path
        }
        #expect(try folder(["HOME": "/h"]) == "/h/.cache/winnow")
        #expect(try folder(["HOME": "/h", "XDG_CACHE_HOME": "/x"]) == "/x/winnow")
        #expect(try folder(["HOME": "/h", "XDG_CACHE_HOME": "x"]) == "/h/.cache/winnow")
        #expect(try folder(["XDG_CACHE_HOME": "/x", "WINNOW_CACHE": "/w"]) == "/w")
        #expect(try folder(["XDG_CACHE_HOME": "/x", "WINNOW_CACHE": ""]) == "/x/winnow")
    }

    @Test(arguments: ["file:///etc", "ftp://a.example", "models", "http://", "https:///x"])
    func onlyWebAddressesAreMirrors(_ address: String) {
        let error = #expect(throws: OfficialWeightsError.self) {
            try OfficialWeights(.resnet18, environment: ["WINNOW_WEIGHTS_URL": address])
        }
        #expect(error?.kind == .settings)
        let words = "WINNOW_WEIGHTS_URL is '\(address)'; expected the http or https address"
        #expect(error?.description.contains(words) == true)
    }

    @Test func aPasswordIsNotShown() throws {
        let weights = try OfficialWeights(
            .resnet18, environment: ["WINNOW_WEIGHTS_URL": "https://me:secret@a.example/m/"])
        #expect(weights.shownURL == "https://a.example/m/resnet18-f37072fd.pth")
        #expect(weights.url.password == "secret")
    }

    @Test func aFilePutIntoTheCacheByHandIsUsed() throws {
        let fixture = try WeightsFixture { _, _ in .init(status: 500) }
        #expect(try fixture.weights.checked() == nil)
        try WeightsFixture.content.write(to: fixture.weights.cached)
        try fixture.expectFetched()
        #expect(fixture.server.requests.isEmpty)
    }

    @Test func aDamagedFileInTheCacheIsFetchedAnew() throws {
        let fixture = try WeightsFixture { request, _ in
            .file(WeightsFixture.content, from: request.start)
        }
        try fixture.expectFetched()
        try Data("cut".utf8).write(to: fixture.weights.cached)
        try fixture.expectFetched()
        #expect(fixture.server.requests.count == 2)
    }

    @Test func aDamagedFileThatCannotBeReplacedIsNamedAndLeft() throws {
        let fixture = try WeightsFixture { _, _ in .init(status: 503) }
        try Data("cut".utf8).write(to: fixture.weights.cached)
        let error = #expect(throws: OfficialWeightsError.self) { try fixture.weights.locate() }
        #expect(error?.kind == .refused)
        #expect(error?.description.contains("is not torchvision's") == true)
        #expect(error?.description.contains("503") == true)
        #expect(try Data(contentsOf: fixture.weights.cached) == Data("cut".utf8))
    }

    @Test func theHashIsReadAgainOnlyAfterAChange() throws {
        let fixture = try WeightsFixture { _, _ in .init(status: 500) }
        let file = fixture.weights.cached
        try WeightsFixture.content.write(to: file)
        _ = try fixture.weights.checked()
        // The same size and time with other bytes: only the stamp can make this pass.
        try overwriteFirstByte(of: file)
        #expect(try fixture.weights.checked() == file)
        // Another time: it is read, and found out.
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: file.path)
        let error = #expect(throws: OfficialWeightsError.self) { try fixture.weights.checked() }
        #expect(error?.kind == .damaged)
    }

    @Test func aFileFetchedByHandIsAdopted() throws {
        let fixture = try WeightsFixture { _, _ in .init(status: 500) }
        let source = fixture.folder.appendingPathComponent("download")
        try WeightsFixture.content.write(to: source)
        #expect(try fixture.weights.adopt(source) == fixture.weights.cached)
        try FileManager.default.removeItem(at: source)
        try fixture.expectFetched()
    }

    @Test func anotherFileIsNotAdopted() throws {
        let fixture = try WeightsFixture { _, _ in .init(status: 500) }
        let source = fixture.folder.appendingPathComponent("download")
        try Data("other".utf8).write(to: source)
        let error = #expect(throws: OfficialWeightsError.self) {
            try fixture.weights.adopt(source)
        }
        #expect(error?.kind == .damaged)
        #expect(error?.description.contains("is not torchvision's ") == true)
        #expect(!fixture.weights.isCached)
    }

    /// Changes the file but neither its size nor its time.
    private func overwriteFirstByte(of file: URL) throws {
        var status = stat()
        #expect(stat(file.path, &status) == 0)
        let handle = try FileHandle(forUpdating: file)
        let first = try #require(try handle.read(upToCount: 1)?.first)
        try handle.seek(toOffset: 0)
        try handle.write(contentsOf: Data([first ^ 1]))
        #if os(Linux)
            let times = [status.st_atim, status.st_mtim]
        #else
            let times = [status.st_atimespec, status.st_mtimespec]
        #endif
        #expect(futimens(handle.fileDescriptor, times) == 0)
        try handle.close()
    }
}
