import Core
import Datasets
import Formats
import Foundation
import Models
import Torch

/// Pages of pictures that show what a generator knows.
extension PictureGenerator {
    /// A row of pictures a class, in the order of the classes.
    package func sheet(perClass: Int, seed: UInt64) throws -> Picture {
        try page(
            classes.indices.map { try pictures(of: $0, count: perClass, seed: seed) })
    }

    /// From one picture to another of the same class, a row a class: along the great circle between both draws, which
    /// stays where draws of a normal distribution lie (White 2016).
    package func interpolations(steps: Int, seed: UInt64) throws -> Picture {
        try page(
            classes.indices.map { label in
                let ends = try draws(2, seed: seed &+ UInt64(label))
                let latent = try Tensor.cat(
                    (0..<steps).map { step in
                        let way = Double(step) / Double(max(1, steps - 1))
                        return try Self.between(ends[0], ends[1], way)
                    })
                return try pictures(latent, labels: [Int](repeating: label, count: steps))
            })
    }

    /// Each row one draw as a picture of every class: what the class alone changes.
    package func classTraversal(rows: Int, seed: UInt64) throws -> Picture {
        try page(
            draws(rows, seed: seed).map { draw in
                try pictures(
                    Tensor.cat(classes.indices.map { _ in draw }), labels: Array(classes.indices))
            })
    }

    /// Each row one number moved from -3 to 3 deviations while the others stay; those rows first whose pictures
    /// change most.
    package func traversal(rows: Int, steps: Int, seed: UInt64) throws -> Picture {
        let base = try draws(1, seed: seed)[0]
        let all = try (0..<settings.latent).map { place in
            (place, try change(base, place))
        }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
        return try page(
            all.prefix(rows).map { place, _ in
                let values = (0..<steps).map { -3 + 6 * Double($0) / Double(max(1, steps - 1)) }
                let latent = try Tensor.cat(values.map { try moved(base, place, to: $0) })
                return try pictures(latent, labels: [Int](repeating: 0, count: steps))
            })
    }

    /// Mean difference of pictures with one number at -2 and at 2, in grey levels.
    private func change(_ base: Tensor, _ place: Int) throws -> Double {
        let both = try pictures(
            Tensor.cat([moved(base, place, to: -2), moved(base, place, to: 2)]), labels: [0, 0])
        let sum = zip(both[0].pixels, both[1].pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
        return Double(sum) / Double(both[0].pixels.count)
    }

    private func moved(_ base: Tensor, _ place: Int, to value: Double) throws -> Tensor {
        var numbers: [Float] = try base.values()
        numbers[place] = Float(value)
        return try Tensor(numbers, base.shape)
    }

    private func draws(_ count: Int, seed: UInt64) throws -> [Tensor] {
        let generator = try Generator(seed: seed)
        return try (0..<count).map { _ in try .randn([1, settings.latent], generator) }
    }

    private static func between(_ a: Tensor, _ b: Tensor, _ way: Double) throws -> Tensor {
        let product = try (a * b).sum().item()
        let lengths = try (a * a).sum().sqrt().item() * (b * b).sum().sqrt().item()
        let angle = acos(min(1, max(-1, product / max(lengths, 1e-12))))
        guard sin(angle) > 1e-6 else { return try a * (1 - way) + b * way }
        return try a * (sin((1 - way) * angle) / sin(angle))
            + b * (sin(way * angle) / sin(angle))
    }

    private func page(_ rows: [[Picture]]) throws -> Picture {
        ContactSheet(cell: max(64, size), gap: 4).draw(rows, firstNumber: nil)
    }
}
