import Formats
import Foundation
import Testing

@testable import Datasets

/// Data sets with one planted fault each, and a clean one.
struct AuditTests {
    /// Twenty-four scenes of twelve people in two classes, all different photographs.
    private func fill(_ scratch: Scratch) throws {
        for index in 0..<24 {
            let name = "Person \(index / 2)_\(index % 2 == 0 ? "0001" : "0002").png"
            try scratch.scene(
                "\(index < 12 ? "cat" : "dog")/\(name)", seed: index, width: 64, height: 48)
        }
    }

    private func manifest(
        _ scratch: Scratch, _ split: (Int) -> SplitPart, copies: Int = 1, grouped: Bool = true
    ) throws -> Manifest {
        let folder = try ImageFolder(root: scratch.path)
        let store = try PictureStore(folder, preprocessing: .imageNet(size: 4))
        let samples = store.files.indices.flatMap { picture in
            (0..<copies).map { Sample(picture: picture, copy: $0) }
        }
        let grouping = try Grouping(files: store.files.map(\.file), rule: .parse("lfw"))
        return try Manifest(
            classes: store.classes, files: store.files, facts: store.facts,
            grouping: grouped ? grouping : nil,
            split: SampleSplit(samples: samples, parts: samples.indices.map(split)))
    }

    private func audit(_ manifest: Manifest, _ scratch: Scratch) -> AuditReport {
        Audit().report(AuditSubject(manifest, root: scratch.path))
    }

    /// Pictures 0-3 and 12-15 (two people of each class) are tested, 4, 5, 16 and 17 validate.
    private func honest(_ index: Int) -> SplitPart {
        index % 12 < 4 ? .test : index % 12 < 6 ? .validation : .train
    }

    private func finding(_ report: AuditReport, _ kind: AuditKind) throws -> AuditFinding {
        try #require(report.findings.first { $0.kind == kind }, "no \(kind) in \(report.text())")
    }

    /// A manifest that marks pictures as generated keeps them out of the parts that something is measured on.
    @Test func generatedPicturesAreRefusedInATestPart() throws {
        try withScratch { scratch in
            try fill(scratch)
            let plain = try manifest(scratch, honest)
            func marked(_ isMade: (SplitPart?) -> Bool) throws -> Manifest {
                let mark = GeneratedMark(
                    generator: String(repeating: "a", count: 64), data: "pictures")
                let all = plain.pictures.map { picture in
                    ManifestPicture(
                        file: picture.file, sha256: picture.sha256, label: picture.label,
                        group: picture.group, split: picture.split, copy: picture.copy,
                        generated: isMade(picture.split) ? mark : nil)
                }
                // As a file has it.
                let file = scratch.path + "/made.json"
                try Manifest(classes: plain.classes, pictures: all).write(to: file)
                return try Manifest(contentsOf: file)
            }
            let learnt = try marked { $0 == .train }
            #expect(learnt.generated.count == plain.pictures.count { $0.split == .train })
            #expect(audit(learnt, scratch).findings.isEmpty)
            let tested = audit(try marked { $0 == .test }, scratch)
            let found = try finding(tested, .generatedInTest)
            #expect(tested.leaks && tested.exitStatus == 2)
            #expect(found.summary.hasPrefix("8 of 8 test pictures are generated"))
            let validated = try finding(
                audit(marked { $0 == .validation }, scratch), .generatedInTest)
            #expect(validated.testPictures == 0 && validated.validationPictures == 4)
            // A mark changes nothing of those that have none.
            #expect(try plain.fingerprint() != learnt.fingerprint())
            #expect(try marked { _ in false } == plain)
        }
    }

    @Test func aCleanSetAndSplitAreClean() throws {
        try withScratch { scratch in
            try fill(scratch)
            let report = audit(try manifest(scratch, honest), scratch)
            #expect(report.findings.isEmpty, "\(report.text())")
            #expect(report.exitStatus == 0 && !report.leaks && report.worstPairs.isEmpty)
            #expect(report.testPictures == 8)
            #expect(
                report.text() == """
                    24 pictures in 2 classes, 8 of the samples in the test part
                      nothing found

                    """)
            let folder = AuditSubject(try ImageFolder(root: scratch.path))
            let unsplit = Audit().report(folder)
            #expect(unsplit.findings.isEmpty && unsplit.exitStatus == 0)
            #expect(unsplit.suggestion?.rule == "lfw")
            #expect(ContactSheet().draw(unsplit, root: scratch.path) == nil)
        }
    }

    @Test func aPersonOnBothSidesIsFound() throws {
        try withScratch { scratch in
            try fill(scratch)
            let leaky = try manifest(scratch) { $0 == 0 ? .train : honest($0) }
            let report = audit(leaky, scratch)
            let found = try finding(report, .groupsAcrossSplit)
            #expect(found.severity == .leak && report.leaks && report.exitStatus == 2)
            #expect(found.testPictures == 1 && found.validationPictures == 0)
            #expect(
                found.examples.map(\.files) == [
                    ["cat/Person 0_0002.png", "cat/Person 0_0001.png"]
                ])
            #expect(report.findings.count == 1)
            let blind = try manifest(
                scratch, { $0 == 0 ? .train : honest($0) }, grouped: false)
            #expect(audit(blind, scratch).findings.isEmpty)
        }
    }

    @Test func identicalFilesAcrossTheSplitAreFound() throws {
        try withScratch { scratch in
            try fill(scratch)
            // A training picture of each class becomes a copy of a test picture (10 sorts before
            // 6).
            for (from, to) in [
                ("cat/Person 0_0001", "cat/Person 5_0002"),
                ("dog/Person 10_0001", "dog/Person 9_0002"),
            ] {
                let data = try Data(contentsOf: scratch.url.appending(path: from + ".png"))
                try scratch.write(data, to + ".png")
            }
            let report = audit(try manifest(scratch, honest), scratch)
            let found = try finding(report, .identicalAcrossSplit)
            #expect(found.testPictures == 2 && found.severity == .leak)
            #expect(try finding(report, .identicalFiles).pictures == 2)
            #expect(!report.findings.contains { $0.kind == .conflictingLabels })
            #expect(!report.findings.contains { $0.kind == .nearDuplicates })
        }
    }

    @Test func nearDuplicatesAcrossTheSplitAreFound() throws {
        try withScratch { scratch in
            try fill(scratch)
            let picture = Picture.scene(seed: 1, width: 64, height: 48)
            let copy = try Picture(data: picture.encodedJPEG(quality: 60), named: "copy")
            try scratch.write(copy.upright(2).encodedPNG(), "cat/Person 5_0001.png")
            let report = audit(try manifest(scratch, honest), scratch)
            let found = try finding(report, .nearDuplicatesAcrossSplit)
            #expect(found.testPictures == 1 && found.severity == .leak)
            let near = try finding(report, .nearDuplicates)
            #expect(near.pictures == 2)
            #expect(near.examples[0].note.contains("mirrored"))
            #expect(!report.findings.contains { $0.kind == .identicalFiles })
        }
    }

    @Test func validationIsWatchedToo() throws {
        try withScratch { scratch in
            try fill(scratch)
            let data = try Data(contentsOf: scratch.url.appending(path: "cat/Person 2_0001.png"))
            try scratch.write(data, "cat/Person 5_0002.png")
            let found = try finding(
                audit(try manifest(scratch, honest), scratch), .identicalAcrossSplit)
            #expect(found.testPictures == 0 && found.validationPictures == 1)
            #expect(found.severity == .leak)
        }
    }

    @Test func testPicturesKnownToValidationAreFound() throws {
        try withScratch { scratch in
            try fill(scratch)
            // Picture 3 is of person 1, as picture 2; picture 20 becomes a copy of picture 12.
            func part(_ index: Int) -> SplitPart {
                [3, 20].contains(index) ? .validation : honest(index)
            }
            let copy = try Data(contentsOf: scratch.url.appending(path: "dog/Person 10_0001.png"))
            try scratch.write(copy, "dog/Person 8_0001.png")
            let report = audit(try manifest(scratch, part), scratch)
            let found = try finding(report, .testInValidation)
            #expect(found.testPictures == 2 && found.severity == .warning)
            #expect(
                found.examples.map(\.files) == [
                    ["cat/Person 1_0001.png"], ["dog/Person 10_0001.png"],
                ])
        }
    }

    @Test func augmentedSiblingsAcrossTheSplitAreFound() throws {
        try withScratch { scratch in
            try fill(scratch)
            // Samples 3 i ... 3 i + 2 are the copies of picture i.
            let report = audit(
                try manifest(scratch, { honest($0 / 3) }, copies: 3), scratch)
            #expect(report.findings.isEmpty, "\(report.text())")
            let leaky = audit(
                try manifest(
                    scratch, { $0 == 1 ? .train : honest($0 / 3) }, copies: 3, grouped: false),
                scratch)
            let found = try finding(leaky, .siblingsAcrossSplit)
            #expect(found.testPictures == 2 && found.severity == .leak)
            let problem = try SplitProblem(labels: (0..<24).map { $0 / 12 }, classCount: 2)
            let paper = try DataProtocol.asPaper.rounds(problem, settings: SplitSettings())[0]
            let parts = paper.parts
            let asPaper = audit(
                try manifest(scratch, { parts[$0] }, copies: 3, grouped: false), scratch)
            #expect(
                try finding(asPaper, .siblingsAcrossSplit).testPictures
                    == paper.withSiblingInTraining(.test))
        }
    }

    @Test func onePhotographUnderTwoLabelsIsFound() throws {
        try withScratch { scratch in
            try fill(scratch)
            let data = try Data(contentsOf: scratch.url.appending(path: "cat/Person 0_0001.png"))
            try scratch.write(data, "dog/Person 11_0002.png")
            let near = Picture.scene(seed: 5, width: 64, height: 48).resized(width: 40, height: 30)
            try scratch.write(near.encodedJPEG(), "dog/Person 10_0001.png")
            let report = Audit().report(AuditSubject(try ImageFolder(root: scratch.path)))
            let found = try finding(report, .conflictingLabels)
            #expect(found.pictures == 4)
            #expect(found.summary == "4 pictures are under two labels, 2 as identical files")
            #expect(report.exitStatus == 1 && !report.leaks)
            let expected = RandomSplitEstimate.share(
                [1, 1, 1, 1] + [Int](repeating: 0, count: 20), 3)
            #expect(abs(try #require(report.randomSplit).copies - expected) < 1e-12)
            let text = report.text(sheet: "audit.png")
            #expect(text.contains("row 1: cat/Person 0_0001.png  =  dog/Person 11_0002.png"))
            #expect(text.contains("a random 90/10 split would put a copy of 15%"))
            #expect(text.contains("see audit.png"))
            let sheet = try #require(ContactSheet().draw(report, root: scratch.path))
            #expect(sheet.height == 2 * (128 + 6) + 6)
        }
    }

    @Test func unreadableTinyChangedAndFacelessAreFound() throws {
        try withScratch { scratch in
            try fill(scratch)
            let written = try manifest(scratch, honest)
            try scratch.write(Data("no picture".utf8), "cat/Person 5_0001.png")
            try scratch.scene("dog/Person 11_0001.png", seed: 22, width: 20, height: 90)
            var subject = AuditSubject(written, root: scratch.path)
            subject.withoutFace = ["dog/Person 10_0001.png"]
            let report = Audit().report(subject)
            #expect(try finding(report, .unreadable).examples[0].files == ["cat/Person 5_0001.png"])
            #expect(try finding(report, .tiny).examples[0].note == "20 x 90")
            #expect(
                try finding(report, .changedFiles).examples[0].files == ["dog/Person 11_0001.png"])
            #expect(try finding(report, .noFace).pictures == 1)
            #expect(
                Set(report.findings.map(\.summary)) == [
                    "1 picture cannot be read", "1 picture is smaller than 32 pixels",
                    "1 picture has changed since the manifest was written",
                    "1 picture shows no face that could be found",
                ])
            #expect(report.findings.count == 4 && report.exitStatus == 1 && report.pictures == 23)
        }
    }

    @Test func unevenAndMissingClassesAreFound() throws {
        try withScratch { scratch in
            try fill(scratch)
            let lopsided = audit(try manifest(scratch, { $0 < 2 ? .test : .train }), scratch)
            let missing = try finding(lopsided, .missingClass)
            #expect(missing.summary == "no 'dog' in the test part")
            for index in 0..<9 {
                try scratch.scene("cow/Person 2\(index)_0001.png", seed: 50 + index)
            }
            var report = Audit().report(AuditSubject(try ImageFolder(root: scratch.path)))
            #expect(report.findings.isEmpty)
            report = Audit(imbalance: 1.2).report(
                AuditSubject(try ImageFolder(root: scratch.path)))
            let uneven = try finding(report, .classImbalance)
            #expect(uneven.severity == .note && report.exitStatus == 0)
            #expect(uneven.examples.map(\.note) == ["cat 12, cow 9, dog 12"])
        }
    }

    @Test func aStoreIsAuditedWithoutReadingAgain() throws {
        try withScratch { scratch in
            try fill(scratch)
            let folder = try ImageFolder(root: scratch.path)
            let small = try Preprocessing.imageNet(size: 4)
            let store = try PictureStore(folder, preprocessing: small, prints: true)
            let read = AuditSubject(folder)
            let kept = try AuditSubject(store, root: scratch.path)
            #expect(kept.prints == read.prints && kept.facts == read.facts)
            #expect(Audit().report(kept) == Audit().report(read))
            let bare = try PictureStore(folder, preprocessing: small)
            #expect(throws: DatasetError.self) { _ = try AuditSubject(bare, root: scratch.path) }
        }
    }

    @Test func reportsSurviveJSON() throws {
        try withScratch { scratch in
            try fill(scratch)
            let report = audit(try manifest(scratch) { $0 == 0 ? .train : honest($0) }, scratch)
            let data = try JSONEncoder().encode(report)
            #expect(try JSONDecoder().decode(AuditReport.self, from: data) == report)
        }
    }

    @Test(.enabled(if: expressionsWild != nil))
    func theWildPhotographsGroupByPerson() throws {
        let subject = AuditSubject(try ImageFolder(root: #require(expressionsWild)))
        let report = Audit().report(subject)
        #expect(report.suggestion?.rule == "numbered")
        #expect(try #require(report.randomSplit?.groups) > 0.3)
    }
}
