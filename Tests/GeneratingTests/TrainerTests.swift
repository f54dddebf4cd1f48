import Comparing
import Datasets
import Foundation
import Models
import Testing
import Torch
import Training

@testable import Generating

@Suite struct GeneratorTrainerTests {
    private static let origin = GeneratorOrigin(data: "d", split: nil, pictures: 24)

    /// It learns: pictures of a class are nearer to those of their class than to the others'.
    @Test(arguments: GeneratorSettings.Kind.allCases)
    func whatItMakesIsOfItsClass(_ kind: GeneratorSettings.Kind) throws {
        let train = try tinySubset()
        var settings = tinySettings(kind, epochs: kind == .vae ? 30 : 60)
        settings.width = 4
        settings.learningRate = kind == .vae ? 0.005 : 0.002
        let trainer = try GeneratorTrainer(train: train, settings)
        try trainer.run()
        let generator = try trainer.generator(Self.origin)
        func brightness(_ pixels: [UInt8], _ bar: Int) -> Double {
            let rows = pixels[bar * 5 * 48..<(bar + 1) * 5 * 48]
            return Double(rows.reduce(0) { $0 + Int($1) }) / Double(rows.count)
        }
        for label in 0..<3 {
            let pictures = try generator.pictures(of: label, count: 8, seed: 1)
            let means = (0..<3).map { bar in
                pictures.map { brightness($0.pixels, bar) }.reduce(0, +) / 8
            }
            #expect(means[label] == means.max(), "class \(label): \(means)")
            #expect(means[label] > 100)
        }
    }

    @Test func theAutoencodersLossFallsAndStaysFinite() throws {
        var settings = tinySettings(.vae, epochs: 12)
        settings.beta = 1
        let trainer = try GeneratorTrainer(train: tinySubset(), settings)
        try trainer.run()
        let losses = trainer.history.compactMap { $0.losses["reconstruction"] }
        #expect(losses.count == 12)
        #expect(losses[11] < losses[0] - 100)
        #expect(trainer.history.allSatisfy { ($0.losses["divergence"] ?? -1) >= 0 })
    }

    @Test(arguments: GeneratorSettings.Kind.allCases)
    func aResumedRunEndsBitwiseAsAnUndisturbedOne(_ kind: GeneratorSettings.Kind) throws {
        let train = try tinySubset()
        let settings = tinySettings(kind, epochs: 3)
        let plain = try GeneratorTrainer(train: train, settings)
        try plain.run()
        try withFolder { folder in
            let first = try GeneratorTrainer(train: train, settings)
            var steps = 0
            #expect(throws: Interrupted.self) {
                try first.run(
                    isCancelled: { steps == 4 }, onProgress: { _ in steps += 1 },
                    onEpoch: { _ in try first.save(to: folder, start: "s") })
            }
            #expect(GeneratorTrainer.unfinished(in: folder) == 1)
            let other = try GeneratorTrainer(train: train, settings)
            #expect(try other.resume(from: folder, start: "another") { _ in } == 0)
            let second = try GeneratorTrainer(train: train, settings)
            #expect(try second.resume(from: folder, start: "s") { _ in } == 1)
            try second.run()
            #expect(second.history == plain.history)
            #expect(try second.learner.state.isBitwiseEqual(to: plain.learner.state))
            GeneratorTrainer.clean(folder)
            #expect(GeneratorTrainer.unfinished(in: folder) == nil)
        }
    }

    @Test func aDamagedCheckpointIsPutAside() throws {
        try withFolder { folder in
            let settings = tinySettings(.vae)
            let first = try GeneratorTrainer(train: tinySubset(), settings)
            try first.run(onEpoch: { _ in try first.save(to: folder, start: "s") })
            let file = folder.appending(path: "generator.resume.safetensors")
            try Data(try Data(contentsOf: file).prefix(1000)).write(to: file)
            var notes: [String] = []
            let second = try GeneratorTrainer(train: tinySubset(), settings)
            #expect(try second.resume(from: folder, start: "s") { notes.append($0) } == 0)
            #expect(notes.count == 1)
            #expect(FileManager.default.fileExists(atPath: file.path + ".damaged"))
        }
    }

    @Test func pictureSizesAndSettingsThatCannotBeAreRefused() throws {
        let (pictures, labels) = tinyPictures()
        let odd = PictureStore.shown(
            pictures.map { $0.resized(width: 18, height: 18) }, try .imageNet(size: 18),
            classes: ["a", "b", "c"], labels: labels)
        let error = #expect(throws: TrainingError.self) {
            try GeneratorTrainer(
                train: Subset(odd, pictures: Array(0..<24)), tinySettings(.vae))
        }
        #expect(error?.description.contains("18x18") == true)
        var settings = tinySettings(.gan)
        settings.latent = 0
        #expect(throws: TrainingError.self) { try settings.check() }
        #expect(throws: TrainingError.self) {
            try GeneratorTrainer(
                train: Subset(tinySubset().store, pictures: [0]), tinySettings(.vae))
        }
    }

    @Test(arguments: GeneratorSettings.Kind.allCases)
    func aFileMakesTheSamePictures(_ kind: GeneratorSettings.Kind) throws {
        let trainer = try GeneratorTrainer(train: tinySubset(), tinySettings(kind))
        try trainer.run()
        let made = try trainer.generator(Self.origin)
        try withFolder { folder in
            let file = folder.appending(path: "g.safetensors")
            try made.write(to: file)
            let read = try PictureGenerator(file)
            #expect(read.origin == Self.origin)
            #expect(read.settings == made.settings)
            #expect((read.encoder == nil) == (kind == .gan))
            let pictures = try read.pictures(of: 1, count: 5, seed: 9)
            #expect(try made.pictures(of: 1, count: 5, seed: 9) == pictures)
            // More pictures change none of the first.
            #expect(try Array(made.pictures(of: 1, count: 70, seed: 9).prefix(5)) == pictures)
            #expect(try made.pictures(of: 1, count: 5, seed: 8) != pictures)
            #expect(try made.pictures(of: 2, count: 5, seed: 9) != pictures)
            let refusal = #expect(throws: NetworkError.self) { try Model.read(file) }
            #expect(refusal?.description.contains("a generator of pictures") == true)
            #expect(try read.sheet(perClass: 4, seed: 0).height > 3 * 64)
            #expect(try read.traversal(rows: 2, steps: 3, seed: 0).width > 3 * 64)
            #expect(try read.interpolations(steps: 3, seed: 0).height > 3 * 64)
            #expect(try read.classTraversal(rows: 2, seed: 0).width > 3 * 64)
        }
    }

    /// Pictures are drawn by frozen weights: the same as by the network in evaluation.
    @Test(arguments: GeneratorSettings.Kind.allCases)
    func frozenWeightsDrawTheSame(_ kind: GeneratorSettings.Kind) throws {
        let trainer = try GeneratorTrainer(train: tinySubset(), tinySettings(kind, epochs: 4))
        try trainer.run()
        let decoder = try trainer.generator(Self.origin).decoder
        let latent = try Tensor.randn([6, 8], Generator(seed: 2))
        let (plain, frozen) = try noGrad {
            (
                try Executor(decoder).forward(latent, training: false),
                try Executor(frozen: decoder).forward(latent, training: false)
            )
        }
        #expect(largestDifference(try plain.values(), try frozen.values()) < 1e-5)
    }

    @Test func pictureStoresGrowByTheShare() throws {
        let train = try tinySubset()
        let trainer = try GeneratorTrainer(train: train, tinySettings(.vae))
        try trainer.run()
        let some = Subset(train.store, pictures: [0, 1, 2, 3, 4, 6, 9, 12])
        let grown = try GeneratedPictures.adding(
            0.5, from: trainer.generator(Self.origin), to: some, seed: 1)
        #expect(grown.count == 16)
        #expect(grown.store.count == 16)
        // The training part's own pictures are there, and no others of the store.
        for (place, sample) in some.samples.enumerated() {
            #expect(
                grown.store.picture(at: place).pixels
                    == train.store.picture(at: sample.picture).pixels)
        }
        let added = grown.samples.dropFirst(8).map(grown.label).sorted()
        #expect(added == some.samples.map(some.label).sorted())
        let again = GeneratedPictures.repeating(0.5, of: some, seed: 1)
        #expect(again.count == 16)
        #expect(Set(again.samples).count == 16)
        #expect(
            again.samples.dropFirst(8).map(again.label).sorted()
                == some.samples.map(some.label).sorted())
        #expect(GeneratedPictures.count(share: 0.2, of: 8) == 2)
    }
}
