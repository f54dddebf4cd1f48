import Foundation
import Testing

@testable import Formats

struct ImagesDecodeTests {
    struct Entry: Decodable {
        let name: String
        let width: Int
        let height: Int
    }

    static let index: [Entry] = {
        let url = URL(fileURLWithPath: imagesFixture("images_codecs/index.json"))
        return (try? JSONDecoder().decode([Entry].self, from: Data(contentsOf: url))) ?? []
    }()

    @Test func theIndexIsThere() {
        #expect(Self.index.count == 34)
    }

    @Test(arguments: index.map(\.name))
    func decodesAsPIL(_ name: String) throws {
        let entry = try #require(Self.index.first { $0.name == name })
        let picture = try Picture(contentsOf: imagesFixture("images_codecs/\(name)"))
        #expect(picture.width == entry.width)
        #expect(picture.height == entry.height)
        #expect(picture.channels == 3)
        let expected = try expectedPixels("images_codecs/\(name).rgb")
        let difference = try #require(largestDifference(picture.pixels, expected))
        let bound = name.hasSuffix(".jpg") || name.contains("16") ? 2 : 0
        #expect(difference <= bound, "\(name) differs by \(difference)")
    }

    @Test func theContentDecidesNotTheName() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "really-a-png.jpg").path
            let picture = smallScene(width: 5, height: 4)
            try picture.writePNG(to: path)
            #expect(try Picture(contentsOf: path) == picture)
        }
    }

    @Test(arguments: ["ycc420.jpg", "progressive.jpg", "cmyk.jpg", "rgba.png", "palette.png"])
    func everyTruncationIsAnError(_ name: String) throws {
        let whole = try Data(
            contentsOf: URL(fileURLWithPath: imagesFixture("images_codecs/\(name)")))
        for count in 0..<whole.count - 1 {
            let error = #expect(throws: PictureError.self) {
                _ = try Picture(data: Data(whole.prefix(count)), named: "cut.jpg")
            }
            #expect(error?.file == "cut.jpg")
        }
    }

    @Test func corruptJPEGIsAnError() throws {
        var data = try Data(
            contentsOf: URL(fileURLWithPath: imagesFixture("images_codecs/ycc444.jpg")))
        data.replaceSubrange(data.count - 400..<data.count - 398, with: [0xFF, 0xD9])
        let error = #expect(throws: PictureError.self) {
            _ = try Picture(data: data, named: "x")
        }
        #expect(error?.reason.contains("corrupt") == true)
    }

    @Test func corruptPNGIsAnError() throws {
        var data = try Data(
            contentsOf: URL(fileURLWithPath: imagesFixture("images_codecs/rgb.png")))
        data[data.count / 2] ^= 0x40
        #expect(throws: PictureError.self) { _ = try Picture(data: data, named: "x") }
    }

    @Test func extraBytesAroundTheDataAreHarmless() throws {
        for name in ["ycc420.jpg", "rgb.png"] {
            let data = try Data(
                contentsOf: URL(fileURLWithPath: imagesFixture("images_codecs/\(name)")))
            let expected = try Picture(data: data, named: name)
            #expect(try Picture(data: data + Data(repeating: 7, count: 50), named: "x") == expected)
        }
    }

    @Test func sizesAreBoundedBeforeAllocation() throws {
        var png = try smallScene(width: 3, height: 2).encodedPNG()
        png.replaceSubrange(16..<24, with: [0, 0, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF])
        #expect(throws: PictureError.self) { _ = try Picture(data: png, named: "bomb.png") }
        let data = try smallScene(width: 20, height: 10).encodedJPEG()
        let error = #expect(throws: PictureError.self) {
            _ = try Picture(data: data, named: "big.jpg", limits: PictureLimits(pixels: 199))
        }
        #expect(error?.reason.contains("20 x 10 pixels; at most 199") == true)
        #expect(throws: PictureError.self) {
            _ = try Picture(data: data, named: "long.jpg", limits: PictureLimits(side: 19))
        }
    }

    @Test func filesThatAreNoPicturesSayWhatTheyAre() throws {
        try withTemporaryFolder { folder in
            let cases: [(Data, String)] = [
                (Data(), "empty (0 bytes)"), (Data("<html>".utf8), "\"<html>\""),
                (Data(count: 40), "zero bytes"), (Data([0x1F, 0x8B, 8]), "bytes 1F 8B 08"),
            ]
            for (data, words) in cases {
                let url = folder.appending(path: "x.jpg")
                try data.write(to: url)
                let error = #expect(throws: PictureError.self) {
                    _ = try Picture(contentsOf: url.path)
                }
                #expect(error?.description.contains(words) == true)
            }
            for path in [folder.path, folder.appending(path: "none.png").path] {
                let error = #expect(throws: PictureError.self) {
                    _ = try Picture(contentsOf: path)
                }
                #expect(error?.file == path)
            }
        }
    }

    /// Mutated files end in a picture or a `PictureError`, never in a trap.
    @Test func mutatedFilesNeverTrap() throws {
        var state: UInt64 = 1
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for entry in Self.index {
            let whole = try Data(
                contentsOf: URL(fileURLWithPath: imagesFixture("images_codecs/\(entry.name)")))
            for _ in 0..<60 {
                var data = whole
                for _ in 0...next(4) { data[next(data.count)] = UInt8(next(256)) }
                let limits = PictureLimits(pixels: 1_000_000)
                do throws(PictureError) {
                    let picture = try Picture(data: data, named: "m", limits: limits)
                    #expect(picture.width * picture.height <= 1_000_000)
                } catch {
                    #expect(error.file == "m")
                }
            }
        }
    }
}
