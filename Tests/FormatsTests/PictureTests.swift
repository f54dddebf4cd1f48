import Testing

@testable import Formats

@Test func aPictureKeepsItsPixels() {
    let picture = Picture(width: 2, height: 1, channels: 3, pixels: [1, 2, 3, 4, 5, 6])
    #expect(picture.pixels[3] == 4)
}
