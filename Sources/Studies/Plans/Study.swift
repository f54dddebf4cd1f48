import Core
import Datasets
import Findings
import Generating
import Models
import Training

/// A study as a value: what is run, on pictures prepared how, how often. The data and the weights are
/// named when it is run.
package struct Study: Codable, Sendable, Hashable {
    package var name: String
    /// The preset that it was made from, in words for the report.
    package var preset: String
    /// Height and width in pixels that pictures are resized to.
    package var size: Int
    /// What keeps pictures together in a split: auto, none, a name, name:REGEX.
    package var groups: String
    package var architecture: Architecture
    package var protocols: [StudyProtocol]
    /// One replicate each: of the classifier, the split, the order of pictures, and random masks.
    package var seeds: [UInt64]
    /// Of every training; seed, epochs and augmentation as the protocol says.
    package var training: TrainingOptions
    /// Epochs after which an early rewind point is taken.
    package var earlyEpochs: Int
    /// Epochs of pretraining, where no weights are named.
    package var sourceEpochs: Int
    package var experiments: [Experiment]
    /// How generators of pictures are trained, one a kind; as is usual for those not listed. Seeds are the study's.
    package var generators: [GeneratorSettings]?
    /// Which trained networks are kept beside their records; one of ResNet-18 takes 45 to 56 MB.
    package var networks: Networks
    /// What was made smaller than in the paper; results repeat it.
    package var reductions: [Reduction]

    package enum Networks: String, Codable, Sendable, Hashable {
        case all
        /// Those that another stage or a measurement reads.
        case needed
    }

    /// Refuses settings that cannot be run, before anything is.
    package func check() throws {
        func need(_ holds: Bool, _ text: String) throws {
            if !holds { throw StudyError("study '\(name)': \(text)") }
        }
        try need(!name.isEmpty && name.count <= 100, "a name of at most 100 letters is needed")
        try need(name.isPlainName, "its name becomes a folder's: \(String.plainNames)")
        try need((1...4096).contains(size), "size must be 1 to 4096 pixels, is \(size)")
        try need((1...1000).contains(seeds.count), "1 to 1000 seeds are needed")
        try need(Set(seeds).count == seeds.count, "a seed is listed twice")
        try need(!protocols.isEmpty && protocols.count <= 10, "1 to 10 protocols are needed")
        try need(
            Set(protocols.map(\.name)).count == protocols.count, "a protocol is listed twice")
        try need((1...100).contains(experiments.count), "1 to 100 experiments are needed")
        try need((1...10_000).contains(sourceEpochs), "sourceEpochs must be 1 to 10000")
        try training.check()
        for kind in protocols { try kind.check() }
        let isEarly = experiments.contains { ($0.rewinds ?? []).contains(.early) }
        try need(
            (1...10_000).contains(earlyEpochs)
                && (!isEarly || protocols.allSatisfy { earlyEpochs < $0.epochs }),
            "earlyEpochs must be at least 1 and below each protocol's epochs")
        for settings in generators ?? [] { try settings.check() }
        let kinds = (generators ?? []).map(\.kind)
        try need(Set(kinds).count == kinds.count, "a kind of generator is listed twice")
        for experiment in experiments { try experiment.check(self) }
    }

    /// Settings of a training.
    ///
    /// - Parameter augmentation: where it is not the protocol's.
    func options(
        _ kind: StudyProtocol, seed: UInt64, augmentation: StudyProtocol.Augmentation? = nil
    ) -> TrainingOptions {
        var options = training
        options.seed = seed
        options.epochs = kind.epochs
        options.augmentation = (augmentation ?? kind.augmentation).policy
        // Said or left out, it is the same training.
        if options.precision == .float32 { options.precision = nil }
        return options
    }

    /// Settings of a generator for one seed.
    func generator(_ kind: GeneratorSettings.Kind, seed: UInt64) -> GeneratorSettings {
        var settings = generators?.first { $0.kind == kind } ?? GeneratorSettings(kind)
        settings.seed = seed
        return settings
    }
}

/// How a study divides, augments and trains under one protocol.
package struct StudyProtocol: Codable, Sendable, Hashable {
    /// `leak-free` or `as-paper`.
    package var name: String
    package var epochs: Int
    /// What a training picture grows to, itself included.
    package var copies: Int
    package var augmentation: Augmentation
    /// Shares of the parts; `as-paper` has no validation part.
    package var test: Double
    package var validation: Double
    /// Whether the seeds take turns at testing: groups are dealt once into as many parts as there are
    /// seeds, so that every picture is tested by one of them. Left out, each seed draws its own.
    package var takesTurns: Bool?

    /// The usual shares: 15% to validate and to test.
    package static func leakFree(epochs: Int) -> StudyProtocol {
        StudyProtocol(
            name: "leak-free", epochs: epochs, copies: 1, augmentation: .flip, test: 0.15,
            validation: 0.15, takesTurns: true)
    }

    /// The paper's: three of each picture, a random tenth of them to test.
    package static func asPaper(epochs: Int) -> StudyProtocol {
        StudyProtocol(
            name: "as-paper", epochs: epochs, copies: 3, augmentation: .none, test: 0.1,
            validation: 0)
    }

    /// Refuses what no data could be divided by.
    func check() throws {
        _ = try DataProtocol.named(name)
        guard (1...10_000).contains(epochs), (1...100).contains(copies),
            test >= 0.001, validation >= 0, test + validation < 1
        else {
            throw StudyError(
                "protocol '\(name)': epochs 1 to 10000, copies 1 to 100, and shares (0.001 or more to "
                    + "test) that leave something to train on are needed")
        }
    }

    /// The division for one seed.
    package func split(groups: String, seed: UInt64) -> SplitPlan {
        SplitPlan(
            protocolName: name, groups: groups, copies: copies, test: test, validation: validation,
            seed: seed)
    }
}

extension Study {
    /// Fewest seeds that take turns at testing, and most parts: a twentieth is too little to test.
    static let turns = 5...10

    /// The part that a seed tests, where the protocol's seeds take turns: there are as many parts as the
    /// protocol's test share makes, or as there are seeds, where those are fewer.
    ///
    /// Too few seeds to test every picture draw their own; more than the parts deal again.
    package func turn(_ kind: StudyProtocol, _ seed: UInt64) -> SplitTurn? {
        guard kind.takesTurns == true, seeds.count >= Self.turns.lowerBound,
            let index = seeds.firstIndex(of: seed)
        else { return nil }
        let shares = max(2, Int((1 / kind.test).rounded()))
        let parts = min(seeds.count, shares, Self.turns.upperBound)
        return SplitTurn(part: index % parts, parts: parts, dealing: UInt64(index / parts))
    }

    /// Architectures of its networks that start from pretrained weights, its own first.
    package var architectures: [Architecture] {
        let pretrained = experiments.filter { ($0.starts ?? [.pretrained]).contains(.pretrained) }
        var found = [architecture]
        for other in pretrained.flatMap({ $0.architectures ?? [] }) where !found.contains(other) {
            found.append(other)
        }
        return found
    }
}
