import Formats
import Foundation
import Testing

@testable import Faces

/// What is written for whole folders.
@Suite(.enabled(if: Fixtures.hasWeights))
struct CropperTests {
    @Test func cropsAndTables() throws {
        try withBench { bench in
            let report = try bench.run { $0.size = 64 }
            #expect((report.single, report.several, report.none) == (2, 1, 1))
            #expect(report.reused == 0 && report.unreadable.isEmpty && report.stale.isEmpty)
            #expect(report.records.map(\.picture) == CropBench.pictures)
            #expect(
                try bench.files()
                    == (CropBench.pictures + ["faces-to-check.csv", "faces.csv", "faces.jsonl"])
                    .sorted())
            for name in ["a/one.jpg", "b/several.png", "b/deep/two.jpg"] {
                let crop = try bench.crop(name)
                #expect(crop.width == 64 && crop.height == 64)
            }
            let whole = try bench.crop("a/none.png")
            #expect(whole.width == 64 && whole.height == 43)
            let faces = try bench.table("faces.csv")
            #expect(faces.count == 1 + 2 + report.records[2].faces.count)
            #expect(faces[0].count == 20 && faces.allSatisfy { $0.count == 20 })
            #expect(faces[0].prefix(5) == ["picture", "width", "height", "face", "chosen"])
            #expect(faces[1].prefix(5) == ["a/one.jpg", "240", "300", "1", "yes"])
            #expect(faces.filter { $0[4] == "yes" }.count == 3)
            let check = try bench.table("faces-to-check.csv")
            #expect(check[1] == ["a/none.png", "0", "kept", "a/none.png"])
            #expect(check[2].first == "b/several.png" && check.count == 3)
        }
    }

    @Test func theCropIsThePartUnderTheBox() throws {
        try withBench { bench in
            let report = try bench.run {
                $0.format = .png
                $0.margin = 0
                $0.square = false
            }
            let face = try #require(report.records[0].faces.first).box
            let picture = try Picture(contentsOf: bench.root.appending(path: "a/one.jpg").path)
            let (x, y) = (Int(face.x1.rounded()), Int(face.y1.rounded()))
            let area = PictureArea(
                x: x, y: y, width: Int(face.x2.rounded()) - x, height: Int(face.y2.rounded()) - y)
            #expect(try bench.crop("a/one.png") == picture.cropped(to: area))
        }
    }

    @Test func withoutAFace() throws {
        try withBench { bench in
            _ = try bench.run()
            let original = try Data(contentsOf: bench.root.appending(path: "a/none.png"))
            #expect(try bench.bytes("a/none.png") == original)
            let centred = try bench.run { $0.noFace = .centre }
            #expect(centred.records[1].outcome == .centre)
            let crop = try bench.crop("a/none.png")
            #expect(crop.width == 40 && crop.height == 40)
            let skipped = try bench.run { $0.noFace = .skip }
            #expect(skipped.records[1].outcome == .skipped && skipped.records[1].crop == nil)
            // The crop of the run before is not left behind.
            #expect(!bench.exists("a/none.png"))
            let again = try bench.run { $0.noFace = .skip }
            #expect(again.reused == 4)
        }
    }

    @Test func alignedCropsShowTheFaceUpright() throws {
        try withBench { bench in
            _ = try bench.run {
                $0.align = true
                $0.size = 200
                $0.margin = 0.4
                $0.format = .png
            }
            let faces = try Fixtures.detector().detect(bench.crop("a/one.png"))
            let face = try #require(faces.first?.landmarks)
            let shrunk = 1 / 1.8
            let (left, right) = (face.leftEye / 200, face.rightEye / 200)
            #expect(abs(Double(left.x) - (0.5 - 0.175 * shrunk)) < 0.03)
            #expect(abs(Double(right.x) - (0.5 + 0.175 * shrunk)) < 0.03)
            #expect(abs(left.y - right.y) < 0.02)
            #expect(abs(Double(left.y) - (0.5 - 0.12 * shrunk)) < 0.03)
        }
    }
}

/// Options that make no sense.
struct CropOptionsTests {
    @Test func refusals() {
        func error(_ change: (inout CropOptions) -> Void) -> String {
            var options = CropOptions()
            change(&options)
            do throws(FaceError) { try options.validate() } catch { return error.description }
            return "no error"
        }
        #expect(error { _ in } == "no error")
        #expect(error { $0.margin = -0.1 }.contains("margin"))
        #expect(error { $0.margin = .nan }.contains("margin"))
        #expect(error { $0.size = 0 }.contains("size"))
        #expect(error { $0.choice = "best" }.contains("largest, central, confident"))
        #expect(error { $0.detection.factor = 2 }.contains("factor"))
        #expect(
            error {
                $0.align = true
                $0.square = false
            }.contains("`align`"))
    }

    @Test func namesOfCrops() {
        #expect(CropPlan.crop(of: "a.b/c.d.JPG", .png) == "a.b/c.d.png")
        #expect(CropPlan.crop(of: "a/c.JPEG", .jpeg) == "a/c.JPEG")
        #expect(CropPlan.crop(of: "a/c.png", .jpeg) == "a/c.jpg")
        #expect(CropPlan.crop(of: "a/c.PNG", .same) == "a/c.PNG")
        #expect(CropPlan.isPNG("a/c.PNG") && !CropPlan.isPNG("a/c.jpg"))
    }
}
