import Core
import Formats
import Foundation
import Models
import Torch

/// What a generator learnt from.
package struct GeneratorOrigin: Codable, Sendable, Equatable {
    /// Fingerprint of the pictures of which the training part was learnt from.
    package var data: String
    /// How they were divided, as canonical JSON; nil where all were learnt from.
    package var split: String?
    /// Pictures learnt from.
    package var pictures: Int

    package init(data: String, split: String?, pictures: Int) {
        (self.data, self.split, self.pictures) = (data, split, pictures)
    }
}

/// A trained generator: pictures of a class from random numbers.
package struct PictureGenerator {
    package let decoder: Model
    /// What reads pictures; a variational autoencoder's.
    package let encoder: Model?
    package let settings: GeneratorSettings
    package let classes: [String]
    package let origin: GeneratorOrigin
    package let history: [GeneratorEpoch]
    private let executor: Executor

    /// - Throws: `NetworkError` where the network is no generator for these classes and settings.
    package init(
        decoder: Model, encoder: Model?, settings: GeneratorSettings, classes: [String],
        origin: GeneratorOrigin, history: [GeneratorEpoch]
    ) throws {
        (self.decoder, self.encoder, self.settings) = (decoder, encoder, settings)
        (self.classes, self.origin, self.history) = (classes, origin, history)
        let shapes = try decoder.graph.shapes(batch: 2)
        let made = decoder.graph.outputs.first.flatMap { shapes[$0] } ?? []
        guard decoder.graph.input.shape ?? [] == [nil, settings.latent + classes.count],
            made.count == 4, made[1] == 3, made[2] == made[3],
            GeneratorSettings.sides.contains(made[2])
        else {
            throw NetworkError(
                "its network makes \(made), which are no square pictures of \(classes.count) classes"
            )
        }
        size = made[2]
        executor = try Executor(frozen: decoder)
    }

    /// Side of its pictures in pixels.
    package let size: Int

    /// Pictures at once.
    private static let batch = 64

    /// Pictures of a class; the same seed, the same pictures, however many follow.
    package func pictures(
        of label: Int, count: Int, seed: UInt64, isCancelled: () -> Bool = { false }
    ) throws -> [Picture] {
        var made: [Picture] = []
        var random = SplitMix64(seed: seed, name: "pictures of class \(label)")
        // A generator a picture, so that how many are asked for changes none of them.
        let seeds = (0..<count).map { _ in random.next() }
        for start in stride(from: 0, to: count, by: Self.batch) {
            if isCancelled() { throw GeneratorStopped() }
            let some = seeds[start..<min(start + Self.batch, count)]
            let latent = try Tensor.cat(
                some.map { try .randn([1, settings.latent], Generator(seed: $0)) })
            made += try pictures(latent, labels: some.map { _ in label })
        }
        return made
    }

    /// Pictures from given numbers, [N, latent], and classes.
    package func pictures(_ latent: Tensor, labels: [Int]) throws -> [Picture] {
        try noGrad {
            let made = try executor.forward(
                Tensor.cat([latent, oneHot(labels, classes.count)], dim: 1), training: false)
            let bytes: [UInt8] = try (made.clamped(to: -1...1) * 127.5 + 128)
                .permuted([0, 2, 3, 1]).contiguous().to(dtype: .uint8).values()
            let each = 3 * size * size
            return labels.indices.map { index in
                Picture(
                    width: size, height: size, channels: 3,
                    pixels: Array(bytes[index * each..<(index + 1) * each]))
            }
        }
    }
}

/// Drawing was asked to stop.
package struct GeneratorStopped: Error, CustomStringConvertible {
    package init() {}

    package var description: String { "Stopped before all pictures were drawn." }
}
