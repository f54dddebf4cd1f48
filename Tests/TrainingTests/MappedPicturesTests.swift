import Datasets
import Foundation
import Models
import Testing

@testable import Training

/// Training on pictures in a mapped file gives the weights that training on memory gives.
struct MappedPicturesTests {
    @Test func trainingGivesTheSameBytes() throws {
        try withFolder { folder in
            let file = PicturePlace(memory: 0, memoryWords: "none", folder: folder)
            let memory = PicturePlace(memory: .max, memoryWords: "all", folder: folder)
            let stores = [try tinyStore(file), try tinyStore(memory)]
            #expect(stores.map(\.pixels.isMapped) == [true, false])
            #expect(stores[0].fingerprint == stores[1].fingerprint)
            let trainers = try stores.map {
                var options = tinyOptions()
                options.augmentation = AugmentationPolicy(.fresh)
                return try tinyTrainer($0, options)
            }
            for trainer in trainers { try trainer.run() }
            #expect(trainers[0].history == trainers[1].history)
            let (mapped, inMemory) = (trainers[0].network.state, trainers[1].network.state)
            #expect(try mapped.isBitwiseEqual(to: inMemory))
            #expect(try !mapped.isBitwiseEqual(to: tinyState()))
        }
    }
}
