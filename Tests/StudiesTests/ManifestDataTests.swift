import Datasets
import Formats
import Foundation
import Models
import Testing
import Torch
import Training

@testable import Studies

/// Splits that come with a manifest: clean ones are used as they are, planted leaks are refused.
@Suite struct ManifestDataTests {
    /// Two classes of pictures of six persons (see `pictureData`), and manifests of them.
    struct Pictures {
        let root: URL
        let store: PictureStore

        /// Persons 0 and 1 (who share a copy) are tested, person 2 validates.
        static func honest(_ file: String) -> SplitPart {
            let person = Pictures.person(file)
            return ["p0", "p1"].contains(person) ? .test : person == "p2" ? .validation : .train
        }

        static func person(_ file: String) -> String {
            String((file.split(separator: "/").last ?? "").prefix { $0 != "_" })
        }

        func index(_ file: String) throws -> Int {
            try #require(store.files.firstIndex { $0.file == file })
        }

        /// Writes a manifest beside the pictures and reads it back.
        func source(
            copies: Int = 1, grouped: Bool = true, protocolName: String = "leak-free",
            _ part: (String, Int) -> SplitPart
        ) throws -> PictureSource {
            let files = store.files.map(\.file)
            let samples = files.indices.flatMap { picture in
                (0..<copies).map { Sample(picture: picture, copy: $0) }
            }
            let manifest = try Manifest(
                classes: store.classes, files: store.files, facts: store.facts,
                grouping: grouped ? Grouping(files: files, groups: files.map(Self.person)) : nil,
                split: SampleSplit(
                    samples: samples, parts: samples.map { part(files[$0.picture], $0.copy) }),
                protocolName: protocolName)
            let path = root.appending(path: "manifest.json").path
            try manifest.write(to: path)
            return try PictureSource(manifest: path)
        }

        func data(_ source: PictureSource, groups: String = "auto") throws -> PictureData {
            let store = try source.store(.imageNet(size: 32), prints: true)
            return try PictureData(source, store, groups: groups, threads: 2)
        }
    }

    private func withPictures<Result>(_ body: (Pictures) throws -> Result) throws -> Result {
        try withStageFolder { root in
            try body(Pictures(root: root, store: pictureData(root).store))
        }
    }

    /// Refused under `leak-free` with these words; taken under `as-paper`, which says them too.
    private func checkLeak(_ data: PictureData, _ words: String) throws {
        let error = #expect(throws: DatasetError.self) {
            _ = try data.plan(protocolName: "leak-free", seed: 0)
        }
        let text = try #require(error).description
        #expect(text.contains(words) && text.contains("manifest.json: its split leaks"), "\(text)")
        #expect(text.contains("`protocol` as-paper"))
        let plan = try data.plan(protocolName: "as-paper", seed: 0)
        let warnings = try data.warnings(plan)
        #expect(warnings.count == 1 && warnings[0].contains(words), "\(warnings)")
        let parts = try data.parts(plan)
        #expect(parts.test == nil && parts.validation.count > 0)
        var disguised = plan
        disguised.protocolName = "leak-free"
        #expect(throws: DatasetError.self) { _ = try data.parts(disguised) }
    }

    @Test func aCleanSplitIsUsedAsItIs() throws {
        try withPictures { pictures in
            let data = try pictures.data(pictures.source { file, _ in Pictures.honest(file) })
            #expect(data.groupRule == "manifest" && data.given?.leaks == [])
            for seed in [0, 7] as [UInt64] {
                let plan = try data.plan(protocolName: "leak-free", copies: 3, seed: seed)
                let parts = try data.parts(plan)
                let sides = [parts.train, parts.validation, try #require(parts.test)]
                for (side, part) in zip(sides, SplitPart.allCases) {
                    let files = Set(side.samples.map { data.store.files[$0.picture].file })
                    let wanted = data.store.files.map(\.file).filter {
                        Pictures.honest($0) == part
                    }
                    #expect(files == Set(wanted))
                    #expect(side.count == wanted.count * (part == .train ? 3 : 1))
                }
                #expect(try data.warnings(plan) == [])
            }
        }
    }

    @Test func aPersonOnBothSidesIsRefused() throws {
        try withPictures { pictures in
            func part(_ file: String, _: Int) -> SplitPart {
                file == "b/p0_0.png" ? .train : Pictures.honest(file)
            }
            let words = "share a group (person, film, clip) with training"
            try checkLeak(pictures.data(pictures.source(part)), words)
            let ungrouped = try pictures.source(grouped: false, part)
            #expect(try pictures.data(ungrouped).groupRule == "prefix")
            try checkLeak(pictures.data(ungrouped), words)
            try checkLeak(pictures.data(ungrouped, groups: "name:^(p.)"), words)
            let blind = try pictures.data(ungrouped, groups: "none")
            #expect(try blind.warnings(blind.plan(protocolName: "leak-free", seed: 0)) == [])
        }
    }

    @Test func aCopyOnBothSidesIsRefused() throws {
        try withPictures { pictures in
            let source = try pictures.source(grouped: false) { file, _ in
                Pictures.person(file) == "p1" ? .train : Pictures.honest(file)
            }
            try checkLeak(
                pictures.data(source, groups: "none"),
                "1 of 4 test pictures have an identical file in training")
        }
    }

    @Test func aNearCopyOnBothSidesIsRefused() throws {
        try withPictures { pictures in
            let picture = pictures.store.picture(at: try pictures.index("a/p0_1.png"))
            let again = try Picture(data: picture.encodedJPEG(quality: 70), named: "again")
            try again.writePNG(to: pictures.root.appending(path: "a/p5_1.png").path)
            let changed = Pictures(
                root: pictures.root,
                store: try PictureSource(folder: pictures.root.path).store(
                    .imageNet(size: 32), prints: true))
            let source = try changed.source(grouped: false) { file, _ in Pictures.honest(file) }
            try checkLeak(
                changed.data(source, groups: "none"),
                "1 of 8 test pictures have a near duplicate in training")
        }
    }

    @Test func siblingsOnBothSidesAreRefused() throws {
        try withPictures { pictures in
            let source = try pictures.source(copies: 3, protocolName: "as-paper") { file, copy in
                file == "b/p4_0.png" && copy == 2 ? .test : Pictures.honest(file)
            }
            let data = try pictures.data(source)
            #expect(data.given?.copies == 3)
            try checkLeak(data, "are augmented copies of a picture in training")
            let plan = try data.plan(protocolName: "as-paper", copies: 1, seed: 0)
            let parts = try data.parts(plan)
            #expect(plan.copies == 3 && parts.train.count == 3 * 12 - 1)
            #expect(parts.validation.samples.count == 3 * 8 + 1)
        }
    }

    @Test func missingPartsAreRefused() throws {
        try withPictures { pictures in
            let source = try pictures.source { file, _ in
                Pictures.honest(file) == .test ? .test : .train
            }
            let data = try pictures.data(source)
            let error = #expect(throws: DatasetError.self) {
                _ = try data.parts(data.plan(protocolName: "leak-free", seed: 0))
            }
            #expect(error?.description.contains("no validation part, which protocol") == true)
            let plan = try data.plan(protocolName: "as-paper", seed: 0)
            #expect(try data.parts(plan).validation.count == 8)
            #expect(try data.warnings(plan)[0].contains("found no leak"))
        }
    }

    @Test func aManifestWithoutASplitIsRefused() throws {
        try withPictures { pictures in
            let path = pictures.root.appending(path: "plain.json").path
            try Manifest(
                classes: pictures.store.classes, files: pictures.store.files,
                facts: pictures.store.facts
            ).write(to: path)
            let error = #expect(throws: DatasetError.self) {
                _ = try pictures.data(PictureSource(manifest: path))
            }
            #expect(error?.description.contains("plain.json: its pictures have no") == true)
        }
    }

    @Test func changedAndUnreadablePicturesAreRefused() throws {
        try withPictures { pictures in
            let source = try pictures.source { file, _ in Pictures.honest(file) }
            func refusal(skip: Bool = false) -> String? {
                let error = #expect(throws: DatasetError.self) {
                    _ = try source.store(.imageNet(size: 32), skipUnreadable: skip, prints: true)
                }
                return error?.description
            }
            #expect(refusal(skip: true)?.contains("`skipUnreadable` does not go") == true)
            let file = pictures.root.appending(path: "a/p3_0.png")
            try Data(contentsOf: pictures.root.appending(path: "b/p3_0.png")).write(to: file)
            let words =
                "1 of 24 pictures have changed since the manifest was written:\n  a/p3_0.png\n"
            #expect(refusal()?.contains(words) == true)
            try Data().write(to: file)
            let text = try #require(refusal())
            #expect(text.contains("a/p3_0.png: neither JPEG, PNG nor WebP: the file is empty"))
            #expect(!text.contains("`skipUnreadable`"))
        }
    }

    @Test func theSplitIsPartOfAStagesIdentity() throws {
        try withPictures { pictures in
            func stage(_ plan: SplitPlan) -> Stage {
                Stage(.train(options: TrainingOptions(), split: plan), data: "same")
            }
            let source = try pictures.source { file, _ in Pictures.honest(file) }
            let data = try pictures.data(source)
            let plan = try data.plan(protocolName: "leak-free", seed: 0)
            #expect(plan.manifest == (try source.manifest?.fingerprint()))
            let other = try pictures.data(
                pictures.source { file, _ in
                    file.hasPrefix("b/p3") ? .validation : Pictures.honest(file)
                }, groups: "none")
            #expect(other.given?.manifest != plan.manifest)
            let folder = try PictureData(data.store, groups: "prefix", threads: 2)
            let plain = try folder.plan(protocolName: "leak-free", seed: 0)
            #expect(plain.manifest == nil)
            let text = String(decoding: stage(plain).canonicalJSON, as: UTF8.self)
            #expect(!text.contains("manifest"))
            var moved = plan
            moved.manifest = other.given?.manifest
            #expect(Set([plan, moved, plain].map { stage($0).id }).count == 3)
            for (data, plan) in [(data, plain), (folder, plan), (data, moved)] {
                #expect(throws: DatasetError.self) { _ = try data.parts(plan) }
            }
        }
    }

    @Test func trainingSeesTheManifestsParts() throws {
        try withPictures { pictures in
            let data = try pictures.data(pictures.source { file, _ in Pictures.honest(file) })
            let stages = NetworkStages(
                try StageStore(pictures.root.appending(path: "out")), data, device: .cpu)
            let start = try stages.start(
                .resnet18, StartWeights(narrowState(), hash: "narrow"), seed: 0)
            let trained = try stages.train(
                start, TrainingOptions(epochs: 1, batchSize: 8),
                data.plan(protocolName: "leak-free", seed: 0))
            #expect(trained.record.trainCount == 12 && trained.record.validationCount == 4)
            #expect(trained.record.test?.count == 8)
        }
    }
}
