import Formats
import Foundation
import Testing

@testable import Faces

/// Whole pictures against facenet-pytorch (make/faces_scenes.py), and pictures without a face.
@Suite(.enabled(if: Fixtures.hasWeights))
struct DetectorTests {
    private struct SceneCase: Decodable {
        let scene: Scene
        let faces: [[Float]]
        /// Faces when the smallest looked for has 60 pixels.
        let facesFrom60: [[Float]]?
    }

    private struct FileCase: Decodable {
        let file: String
        let faces: [[Float]]
    }

    /// Whether there are as many faces, and each expected one has a box within a pixel.
    ///
    /// Landmarks and scores then agree too.
    private static func agrees(_ faces: [Face], _ expected: [[Float]]) -> Bool {
        faces.count == expected.count
            && expected.allSatisfy { row in
                faces.contains { face in
                    let box = [face.box.x1, face.box.y1, face.box.x2, face.box.y2]
                    let points = face.landmarks.points.flatMap { [$0.x, $0.y] }
                    return zip(box, row).allSatisfy { abs($0 - $1) <= 1 }
                        && abs(face.score - row[4]) < 0.02
                        && zip(points, row.dropFirst(5)).allSatisfy { abs($0 - $1) <= 2 }
                }
            }
    }

    @Test func scenes() throws {
        let cases: [SceneCase] = try Fixtures.read("faces_scenes/scenes.json")
        let detector = try Fixtures.detector()
        let root = Fixtures.root.appending(path: "Tests/Fixtures/faces_scenes")
        #expect(cases.allSatisfy { $0.faces.count >= 3 })
        for test in cases {
            let picture = try test.scene.composed(root: root)
            #expect(Self.agrees(detector.detect(picture), test.faces))
        }
    }

    @Test func everyKindOfProcessorFindsTheSame() throws {
        let cases: [SceneCase] = try Fixtures.read("faces_scenes/scenes.json")
        let root = Fixtures.root.appending(path: "Tests/Fixtures/faces_scenes")
        let test = try #require(cases.first)
        let picture = try test.scene.composed(root: root)
        for kernels in Fixtures.kernels {
            let detector = FaceDetector(
                try #require(Fixtures.weights), checked: DetectionSettings(), kernels: kernels)
            #expect(Self.agrees(detector.detect(picture), test.faces))
        }
    }

    @Test(.enabled(if: Fixtures.hasWild))
    func photographs() throws {
        let cases: [FileCase] = try Fixtures.read("faces_scenes/wild.json")
        let paths = cases.map { Fixtures.wild.appending(path: $0.file).path }
        let findings = try FaceSurvey(#require(Fixtures.weights), threads: 2).find(paths)
        let agreeing = try zip(findings, cases).count { finding, test in
            Self.agrees(try finding.get().faces, test.faces)
        }
        #expect(cases.count == 621 && findings.count == 621)
        #expect(Double(agreeing) >= 0.99 * Double(cases.count))
    }

    @Test(.enabled(if: Fixtures.hasWild))
    func scenesOfPhotographs() throws {
        let cases: [SceneCase] = try Fixtures.read("faces_scenes/wild_scenes.json")
        let detector = try Fixtures.detector()
        let faces = cases.reduce(0) { $0 + $1.faces.count }
        let agreeing = try cases.count { test in
            Self.agrees(
                detector.detect(try test.scene.composed(root: Fixtures.wild)), test.faces)
        }
        #expect(faces > 150)
        #expect(agreeing == cases.count)
    }

    @Test(arguments: [(1, 1), (11, 11), (12, 400), (19, 19), (20, 20), (21, 300), (640, 25)])
    func picturesWithoutAFace(width: Int, height: Int) throws {
        let detector = try Fixtures.detector()
        for value: UInt8 in [0, 128, 255] {
            #expect(
                detector.detect(plainPicture(width: width, height: height, value: value)).isEmpty)
        }
    }

    @Test func greyIsReplicated() throws {
        let path = Fixtures.root.appending(path: "Tests/Fixtures/faces_scenes/astronaut.jpg").path
        let grey = try Picture(contentsOf: path).grey()
        let colour = Picture(
            width: grey.width, height: grey.height, channels: 3,
            pixels: grey.pixels.flatMap { [$0, $0, $0] })
        let detector = try Fixtures.detector()
        #expect(detector.detect(grey) == detector.detect(colour))
        #expect(detector.detect(grey).count == 1)
    }

    @Test func aDetectorForgetsThePictureBefore() throws {
        let path = Fixtures.root.appending(path: "Tests/Fixtures/faces_scenes/astronaut.jpg").path
        let portrait = try Picture(contentsOf: path)
        let detector = try Fixtures.detector()
        let first = detector.detect(portrait)
        _ = detector.detect(noisePicture(width: 333, height: 222))
        _ = detector.detect(plainPicture(width: 5, height: 5))
        #expect(detector.detect(portrait) == first)
        #expect(try Fixtures.detector().detect(portrait) == first)
    }

    @Test func aLargerSmallestFaceLeavesSmallOnesOut() throws {
        let cases: [SceneCase] = try Fixtures.read("faces_scenes/scenes.json")
        let root = Fixtures.root.appending(path: "Tests/Fixtures/faces_scenes")
        var settings = DetectionSettings()
        settings.minFaceSize = 60
        let detector = try Fixtures.detector(settings)
        var left = 0
        for test in cases {
            let expected = try #require(test.facesFrom60)
            let picture = try test.scene.composed(root: root)
            #expect(Self.agrees(detector.detect(picture), expected))
            left += test.faces.count - expected.count
        }
        #expect(left > 0)
    }

    @Test func surveyNamesWhatCannotBeRead() throws {
        let good = Fixtures.root.appending(path: "Tests/Fixtures/faces_scenes/astronaut.jpg").path
        let findings = try FaceSurvey(#require(Fixtures.weights), threads: 3)
            .find([good, "/no/such.jpg", good])
        #expect(findings.count == 3)
        #expect(try findings[0].get() == findings[2].get())
        #expect(try findings[0].get().faces.count == 1)
        #expect(throws: PictureError.self) { try findings[1].get() }
    }
}

/// Settings that make no sense are refused, and the pyramid has the levels of facenet-pytorch.
struct DetectionSettingsTests {
    @Test func pyramid() {
        let scales = DetectionSettings().scales(width: 100, height: 60)
        // 60 * 0.6 = 36, then times 0.709 while at least 12.
        #expect(scales.count == 4)
        #expect(
            zip(scales, [0.6, 0.4254, 0.301_608_6, 0.213_840_497_4]).allSatisfy {
                abs($0 - $1) < 1e-12
            })
        #expect(DetectionSettings().scales(width: 19, height: 500).isEmpty)
    }

    @Test func refusals() {
        func error(_ change: (inout DetectionSettings) -> Void) -> String? {
            var settings = DetectionSettings()
            change(&settings)
            do throws(FaceError) { try settings.validate() } catch { return error.description }
            return nil
        }
        #expect(error { _ in } == nil)
        #expect(error { $0.minFaceSize = 5 }?.contains("smallest face") == true)
        #expect(error { $0.minFaceSize = .nan }?.contains("smallest face") == true)
        #expect(error { $0.factor = 1 }?.contains("factor") == true)
        #expect(error { $0.factor = .nan }?.contains("factor") == true)
        #expect(error { $0.thresholds = [0.5] }?.contains("thresholds") == true)
        #expect(error { $0.thresholds[1] = 2 }?.contains("thresholds") == true)
    }
}
