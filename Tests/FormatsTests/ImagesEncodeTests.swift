import Foundation
import Testing

@testable import Formats

struct ImagesEncodeTests {
    @Test(arguments: [1, 3])
    func pngComesBackExactly(channels: Int) throws {
        for (width, height) in [(1, 1), (7, 3), (40, 60)] {
            let picture = smallScene(width: width, height: height, channels: channels)
            let back = try Picture(data: picture.encodedPNG(), named: "p")
            let expected =
                channels == 3 ? picture.pixels : picture.pixels.flatMap { [$0, $0, $0] }
            #expect(back.pixels == expected)
        }
    }

    @Test func noisePNGFitsItsBuffer() throws {
        var state: UInt32 = 9
        let pixels = (0..<64 * 64 * 3).map { _ -> UInt8 in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(state >> 24)
        }
        let picture = Picture(width: 64, height: 64, channels: 3, pixels: pixels)
        #expect(try Picture(data: picture.encodedPNG(), named: "noise") == picture)
    }

    @Test func jpegComesBackClosely() throws {
        let smooth = (0..<48 * 32).flatMap { (i: Int) -> [UInt8] in
            let (x, y) = (i % 48, i / 48)
            return [UInt8(x * 4), UInt8(y * 6), UInt8((x + y) * 2)]
        }
        let picture = Picture(width: 48, height: 32, channels: 3, pixels: smooth)
        let back = try Picture(data: picture.encodedJPEG(quality: 98), named: "j")
        #expect(try #require(largestDifference(back.pixels, picture.pixels)) <= 6)
        #expect(throws: PictureError.self) { _ = try picture.encodedJPEG(quality: 0) }
        let grey = try Picture(data: picture.grey().encodedJPEG(), named: "g")
        #expect(grey.channels == 3)
    }

    @Test func aFailedWriteNamesTheFile() {
        let path = "/nonexistent-folder/x.png"
        let error = #expect(throws: PictureError.self) {
            try smallScene(width: 2, height: 2).writePNG(to: path)
        }
        #expect(error?.file == path)
    }
}
