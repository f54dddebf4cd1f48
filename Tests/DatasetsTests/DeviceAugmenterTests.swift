import Comparing
import Formats
import Testing
import Torch

@testable import Datasets

/// Batches that a device makes of pictures lying there, forced onto the CPU, beside those that the CPU fills.
@Suite struct DeviceAugmenterTests {
    /// A policy that does one thing to nearly every picture, or all.
    private static func policy(_ kind: String) -> AugmentationPolicy? {
        var policy = AugmentationPolicy(.fresh)
        if kind == "none" { return nil }
        policy.flipProbability = ["flip", "all"].contains(kind) ? 0.5 : 0
        policy.shiftScaleRotateProbability = ["warp", "far", "all"].contains(kind) ? 0.8 : 0
        policy.blurProbability = ["blur", "far", "all"].contains(kind) ? 0.7 : 0
        policy.brightnessContrastProbability = ["tone", "all"].contains(kind) ? 0.8 : 0
        if kind == "far" {
            (policy.shiftLimit, policy.scaleLimit, policy.rotateLimit) = (1, 0.9, 180)
            policy.blurLimit = [3, 31]
        }
        return policy
    }

    private func store(_ width: Int, _ height: Int) throws -> PictureStore {
        let pictures = (0..<7).map { index in
            Picture(
                width: width, height: height, channels: 3,
                pixels: noise(width * height * 3, seed: UInt64(index)))
        }
        return try .shown(
            pictures, Preprocessing(height: height, width: width), classes: ["a", "b", "c"],
            labels: (0..<7).map { $0 % 3 })
    }

    /// Both batches of the same samples.
    private func both(
        _ subset: Subset, _ samples: [Sample], _ fresh: BatchMaker.Fresh?
    ) throws -> (here: (x: Tensor, target: Tensor), there: (x: Tensor, target: Tensor)) {
        func batch(_ room: Int) throws -> (x: Tensor, target: Tensor) {
            let maker = try BatchMaker(
                subset.store.preprocessing, batchSize: samples.count, device: .cpu,
                pictureBytes: room)
            let pictures = try maker.sequence(subset, samples, fresh: fresh)
            #expect((pictures.resident != nil) == (room > 0))
            return try pictures(1..<samples.count)
        }
        return (try batch(0), try batch(.max))
    }

    @Test(arguments: ["none", "flip", "warp", "blur", "tone", "all", "far"])
    func batchesAreThoseOfTheCPU(_ kind: String) throws {
        let sizes = [(1, 1), (1, 6), (2, 3), (5, 2), (17, 13), (48, 40)]
        for (width, height) in sizes {
            let subset = Subset(try store(width, height), pictures: Array(0..<7))
            let samples = [3, 1, 4, 1, 5, 2, 6, 0].map { Sample(picture: $0) }
            for epoch in 0..<4 {
                let fresh = Self.policy(kind).map { BatchMaker.Fresh($0, seed: 9, epoch: epoch) }
                let (here, there) = try both(subset, samples, fresh)
                #expect(there.x.shape == here.x.shape && there.x.shape[0] == 7)
                #expect(there.x.isChannelsLast || width * height == 1)
                let (a, b): ([Float], [Float]) = (try here.x.values(), try there.x.values())
                let most = largestDifference(a, b)
                let exact = ["none", "flip"].contains(kind)
                #expect(most <= (exact ? 0 : 4e-6), "\(width) x \(height), epoch \(epoch): \(most)")
                #expect(try here.target.isBitwiseEqual(to: there.target))
            }
        }
    }

    /// Copies that stay the same in every epoch (`as-paper`).
    @Test func copiesAreThoseOfTheCPU() throws {
        let samples = [(0, 0), (0, 1), (5, 2), (3, 1), (3, 0)].map {
            Sample(picture: $0, copy: $1)
        }
        let subset = Subset(try store(24, 20), samples, growth: .asPaper, growthSeed: 4)
        let (here, there) = try both(subset, samples, nil)
        let (a, b): ([Float], [Float]) = (try here.x.values(), try there.x.values())
        #expect(zip(a, b).allSatisfy { abs($0 - $1) <= 4e-6 })
        #expect(try here.target.isBitwiseEqual(to: there.target))
    }

    /// Pictures go to a device once, and not at all where they take more than their share.
    @Test func picturesStayWhereThereIsRoom() throws {
        let pixels = try store(8, 8).pixels
        #expect(try pixels.resident(on: .cpu, room: pixels.count - 1) == nil)
        let first = try #require(try pixels.resident(on: .cpu, room: pixels.count))
        #expect(first.shape == [7 * 64, 3])
        #expect(try first.bytes() == pixels[0..<pixels.count])
        let again = try #require(try pixels.resident(on: .cpu, room: 0))
        #expect(again.isSame(as: first))
        #expect(try PicturePixels.room(on: .cpu) == 0)
        #expect(try pixels.whyNotResident(on: .cpu) == nil)
    }
}
