import Datasets
import Formats
import Testing
import Torch

@testable import Generating

@Suite struct JudgingTests {
    private func features(_ rows: [[Double]]) throws -> PictureFeatures {
        PictureFeatures(rows: try Tensor(rows.flatMap { $0 }, [rows.count, rows[0].count]))
    }

    @Test func theFrechetDistanceIsThatOfPytorchFid() throws {
        let known = try GeneratingFixture.load().distances
        let (a, b) = (try features(known.a), try features(known.b))
        let found = try FrechetDistance.between(a, b)
        #expect(abs(found - known.frechet) < 1e-8 * known.frechet)
        #expect(abs(try FrechetDistance.between(b, a) - found) < 1e-8 * found)
        #expect(abs(try FrechetDistance.between(a, a)) < 1e-8)
        // With fewer pictures than features the covariance is singular; pytorch-fid's own root is exact to 1e-4 there.
        let few = try features(Array(known.a.prefix(known.few)))
        #expect(
            abs(try FrechetDistance.between(few, b) - known.frechetOfFew)
                < 1e-4 * known.frechetOfFew)
    }

    @Test func theKernelDistanceIsThatOfTorchFidelity() throws {
        let known = try GeneratingFixture.load().distances
        let a = try features(Array(known.a.prefix(known.kernelCount)))
        let found = try KernelDistance.between(a, features(known.b))
        #expect(abs(found - known.kernel) < 1e-8 * abs(known.kernel))
    }

    @Test func whatIsCopiedIsFound() {
        let (pictures, _) = tinyPictures()
        let training = pictures.prefix(12).map { PicturePrint($0) }
        let (copied, none) = (
            Memorisation.measure([training[3]], training: training, threads: 1),
            Memorisation.measure(
                [PicturePrint(checks())], training: training, threads: 1)
        )
        #expect(copied.found.copies == 1)
        #expect(copied.pairs[0].training == 3)
        #expect(copied.found.largest > 0.999)
        // The training pictures' own nearest are others than themselves.
        #expect(copied.found.usualLargest < 0.9999)
        #expect(none.found.copies == 0)
        #expect(none.found.pictures == 1)
    }

    private func checks() -> Picture {
        let pixels = (0..<16 * 16 * 3).map { place -> UInt8 in
            let (row, column) = (place / 48, place / 3 % 16)
            return (row + column) % 2 == 0 ? 0 : 255
        }
        return Picture(width: 16, height: 16, channels: 3, pixels: pixels)
    }
}
