import Formats
import Foundation
import Testing

@testable import Datasets

struct PreprocessingTests {
    @Test func survivesJSON() throws {
        let all = [
            try Preprocessing.imageNet(size: 224),
            try Preprocessing(
                height: 40, width: 64, resize: .shorterSideThenCentreCrop, shorterSide: 72,
                mean: [0.5, 0.25, 0.125], std: [1, 2, 3]),
        ]
        let data = try JSONEncoder().encode(all)
        #expect(try JSONDecoder().decode([Preprocessing].self, from: data) == all)
    }

    @Test func refusesWhatCannotBe() throws {
        #expect(throws: DatasetError.self) { _ = try Preprocessing.imageNet(size: 0) }
        #expect(throws: DatasetError.self) { _ = try Preprocessing.imageNet(size: 5000) }
        #expect(throws: DatasetError.self) {
            _ = try Preprocessing(height: 8, width: 8, mean: [0, 0], std: [1, 1, 1])
        }
        #expect(throws: DatasetError.self) {
            _ = try Preprocessing(height: 8, width: 8, std: [1, 0, 1])
        }
        #expect(throws: DatasetError.self) {
            _ = try Preprocessing(
                height: 8, width: 9, resize: .shorterSideThenCentreCrop, shorterSide: 8)
        }
        let text = #"{"height":-4,"width":8,"resize":"stretch","mean":[0,0,0],"std":[1,1,1]}"#
        #expect(throws: DatasetError.self) {
            _ = try JSONDecoder().decode(Preprocessing.self, from: Data(text.utf8))
        }
    }

    @Test func preparesAsItsPartsDo() throws {
        let picture = Picture.scene(seed: 1, width: 50, height: 30)
        let stretch = try Preprocessing(height: 12, width: 16)
        #expect(stretch.prepared(picture) == picture.resized(width: 16, height: 12))
        let crop = try Preprocessing(
            height: 12, width: 16, resize: .shorterSideThenCentreCrop, shorterSide: 20)
        let size = picture.size(shorterSide: 20)
        #expect(size.width == 33 && size.height == 20)
        let slow = picture.resized(width: 33, height: 20).centreCropped(width: 16, height: 12)
        #expect(crop.prepared(picture) == slow)
    }
}
