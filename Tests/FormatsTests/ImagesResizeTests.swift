import Foundation
import Testing

@testable import Formats

struct ImagesResizeTests {
    struct Entry: Decodable {
        let name: String
        let width: Int
        let height: Int
        let upright: Bool
        let shorterSide: Int?
        let rowsFirst: Bool?
    }

    static let index: [Entry] = {
        let url = URL(fileURLWithPath: imagesFixture("images_resize/index.json"))
        return (try? JSONDecoder().decode([Entry].self, from: Data(contentsOf: url))) ?? []
    }()

    @Test(arguments: index.map(\.name))
    func matchesTorchvision(_ name: String) throws {
        let entry = try #require(Self.index.first { $0.name == name })
        var picture = try Picture(contentsOf: imagesFixture("images_resize/source.png"))
        if !entry.upright { picture = picture.upright(8) }
        let result =
            switch entry.shorterSide {
            case nil: picture.resized(width: entry.width, height: entry.height)
            case 0: picture.centreCropped(width: entry.width, height: entry.height)
            case let side?:
                picture.resized(shorterSide: side, thenCentreCrop: entry.width, entry.height)
            }
        #expect(result.width == entry.width && result.height == entry.height)
        let expected = try expectedPixels("images_resize/\(name).rgb")
        let difference = try #require(largestDifference(result.pixels, expected))
        #expect(difference <= (entry.rowsFirst == false ? 1 : 0))
    }

    @Test func theIndexIsThere() {
        #expect(Self.index.count == 23)
    }

    @Test func greyMatchesPIL() throws {
        let picture = try Picture(contentsOf: imagesFixture("images_resize/source.png"))
        #expect(try picture.grey().pixels == expectedPixels("images_resize/grey.raw"))
    }

    /// A plain real-valued triangle filter, for every small size.
    @Test func agreesWithAPlainFilterForEverySmallSize() throws {
        for channels in [1, 3] {
            for (width, height) in [(1, 1), (2, 5), (7, 3), (8, 8)] {
                let picture = smallScene(width: width, height: height, channels: channels)
                for w in 1...9 {
                    for h in 1...9 {
                        let fast = picture.resized(width: w, height: h)
                        let slow = plainResize(picture, w, h)
                        #expect(try #require(largestDifference(fast.pixels, slow)) <= 1)
                    }
                }
            }
        }
    }

    @Test func aWindowIsAPartOfTheWhole() {
        let picture = smallScene(width: 13, height: 9)
        let whole = picture.resized(width: 10, height: 21)
        let resizer = Resizer()
        for area in [
            PictureArea(x: 0, y: 0, width: 1, height: 1),
            PictureArea(x: 3, y: 5, width: 7, height: 11),
            PictureArea(x: 9, y: 20, width: 1, height: 1),
        ] {
            var part = [UInt8](repeating: 0, count: area.width * area.height * 3)
            part.withUnsafeMutableBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                resizer.resize(picture, width: 10, height: 21, window: area, into: base)
            }
            #expect(part == whole.cropped(to: area).pixels)
        }
    }

    @Test func aVeryLongPictureCostsOnlyItsWindow() {
        let line = smallScene(width: 60_000, height: 1)
        let result = line.resized(shorterSide: 64, thenCentreCrop: 64, 64)
        #expect(result.width == 64 && result.height == 64)
    }

    @Test func turnsUprightAsEXIFSays() {
        let picture = Picture(width: 2, height: 3, channels: 1, pixels: [1, 2, 3, 4, 5, 6])
        let expected: [Int: [UInt8]] = [
            1: [1, 2, 3, 4, 5, 6], 2: [2, 1, 4, 3, 6, 5], 3: [6, 5, 4, 3, 2, 1],
            4: [5, 6, 3, 4, 1, 2], 5: [1, 3, 5, 2, 4, 6], 6: [5, 3, 1, 6, 4, 2],
            7: [6, 4, 2, 5, 3, 1], 8: [2, 4, 6, 1, 3, 5], 99: [1, 2, 3, 4, 5, 6],
        ]
        for (orientation, pixels) in expected {
            #expect(picture.upright(orientation).pixels == pixels)
        }
    }

    private func plainResize(_ picture: Picture, _ width: Int, _ height: Int) -> [UInt8] {
        func weight(_ i: Int, _ j: Int, _ input: Int, _ output: Int) -> Double {
            let scale = Double(input) / Double(output)
            let centre = (Double(i) + 0.5) * scale
            return max(0, 1 - abs(Double(j) + 0.5 - centre) / max(1, scale))
        }
        var out: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                for c in 0..<picture.channels {
                    var (sum, total) = (0.0, 0.0)
                    for v in 0..<picture.height {
                        for u in 0..<picture.width {
                            let w =
                                weight(x, u, picture.width, width)
                                * weight(y, v, picture.height, height)
                            let at = (v * picture.width + u) * picture.channels + c
                            sum += w * Double(picture.pixels[at])
                            total += w
                        }
                    }
                    out.append(UInt8((sum / total).rounded()))
                }
            }
        }
        return out
    }
}
