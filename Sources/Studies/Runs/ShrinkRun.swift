import Core
import Datasets
import Foundation
import Models
import Pruning
import Torch
import Training

/// From a network to a smaller one, in one call: channels go to a budget, the layers after are mended from
/// pictures, what is left is trained if asked, and all of it is measured on pictures that decided nothing.
package struct ShrinkRun {
    /// What a network is and can, in one row.
    package struct Row: Encodable {
        /// `whole`, `cut and mended`, `trained for 5 epochs`.
        package let name: String
        package let parameters: Int
        /// Of the trained numbers as they are stored.
        package let bytes: Int
        /// Multiply-adds for a picture.
        package let macs: Int
        /// Median seconds for one picture on this machine, batch norms folded.
        package let seconds: Double
        /// How many times as fast as the whole network, which ran in turns with it.
        package let speedup: Double
        /// On the test part; nil where the pictures' classes are not the network's.
        package let accuracy: Double?
        package let loss: Double?
        /// Share of the test pictures that are given the class that the whole network gives them.
        package let agreement: Double
    }

    /// What came of it.
    package struct Outcome: Encodable {
        package let technique: String
        /// `439 training pictures`.
        package let lookedAt: String
        /// The whole network, the cut one, and the trained one where it was trained.
        package let rows: [Row]
        /// Pictures of the test part.
        package let tested: Int
        /// Share of the channels of each group that stays, by the group's first parameter; of those that lost some.
        package let kept: [String: Double]
        package let warnings: [String]
    }

    private let data: PictureData
    private let plan: SplitPlan
    private let training: TrainingRun
    private let technique: Technique
    private let isLabelled: Bool
    private let pictures: Int?
    private let rounds: ShrinkRounds
    private let onRow: (String) -> Void

    /// - Parameters:
    ///   - training: where the network goes, and how it is trained on; 0 epochs leave it as it was mended.
    ///   - isLabelled: whether the pictures' classes are the network's. If not, nothing can be trained.
    ///   - pictures: how many training pictures are looked at, at most; what `usualPictures` says where nil.
    ///   - rounds: several train after each.
    ///   - onStep: told what is done next.
    /// - Throws: `TrainingError` for epochs without labels, or rounds without epochs.
    package init(
        _ training: TrainingRun, _ technique: Technique, isLabelled: Bool = true,
        pictures: Int? = nil, rounds: ShrinkRounds = .one,
        onStep: @escaping (String) -> Void = { _ in }
    ) throws {
        (data, plan, self.training) = (training.data, training.plan, training)
        (self.technique, self.isLabelled, onRow) = (technique, isLabelled, onStep)
        (self.pictures, self.rounds) = (pictures, rounds)
        guard isLabelled || training.options.epochs == 0 else {
            throw TrainingError(
                "`epochs` \(training.options.epochs): the pictures' classes are not the network's, so "
                    + "nothing can be trained on them; leave it out, or give its own pictures")
        }
        guard rounds.count == 1 || training.options.epochs > 0 else {
            throw TrainingError(
                "`rounds` \(rounds.count): each is trained after: give `epochs` too")
        }
    }

    /// Shrinks a network and writes what comes of it.
    ///
    /// - Parameter identity: of the network's file, by which an unfinished training is known.
    package func shrink(_ start: Model, identity: String) throws -> Outcome {
        let parts = try data.parts(plan)
        let test = parts.test ?? parts.validation
        guard test.count > 0 else { throw TrainingError("no pictures to measure on") }
        let pictures = try data.sample(
            parts.train, words: "training pictures",
            most: self.pictures ?? Self.usualPictures(cost(start).macs))
        onRow("looks at \(pictures.words); \(technique.words)")
        let earlier = ShrinkRoundsRun(
            training: training, rounds: rounds, technique: technique, pictures: pictures,
            onStep: onRow)
        let (before, identity) = try earlier.beforeLast(start, identity: identity)
        let last = rounds.technique(technique, round: rounds.count)
        let pruned = try last.pruned(before, pictures: pictures)
        var small = pruned.model
        small.metadata["initial"] = nil
        try small.record(technique, as: "pruning")
        let whole = try answers(start, test)
        let times = try inTurns(small, start)
        var rows = [
            try row("whole", start, (times.other, times.other), whole, whole.answers),
            try row("cut and mended", small, times, answers(small, test), whole.answers),
        ]
        let epochs = training.options.epochs
        if epochs > 0 {
            try training.prepare()
            let key = ContentHash.sha256(identity + (try CanonicalJSON.line.text(technique)))
            small = try training.train(small, identity: key, teacher: start).0
            // Wherever it was trained, it is measured here.
            small.state = try small.state.placed(on: .cpu)
            try small.record(training.options, as: "training")
            rows.append(
                try row(
                    "trained for \(epochs) \(epochs == 1 ? "epoch" : "epochs")", small,
                    inTurns(small, start), answers(small, test), whole.answers))
        }
        try write(small)
        earlier.clean()
        if epochs > 0 { training.finish() }
        return Outcome(
            technique: technique.words, lookedAt: pictures.words, rows: rows, tested: test.count,
            kept: try kept(small, start), warnings: try data.warnings(plan))
    }

    /// As many pictures as cost 1,024 G multiply-adds, 64 to 512: a network that takes a second for each would
    /// else be looked at for an hour.
    package static func usualPictures(_ macs: Int) -> Int {
        min(SamplePictures.usual, max(64, 1_024_000_000_000 / max(1, macs)))
    }

    private func cost(_ model: Model) throws -> GraphCost {
        let size = data.store.preprocessing
        return try GraphCost(model.graph, height: size.height, width: size.width)
    }

    private func answers(
        _ model: Model, _ test: Subset
    ) throws -> (metrics: Metrics?, answers: [Int]) {
        let executor = try Executor(frozen: model)
        guard isLabelled else { return (nil, try given(executor, test)) }
        let found = try Evaluator(data.store.preprocessing, device: .cpu).answers(executor, test)
        return (found.metrics, found.answers)
    }

    /// The class that each picture is given, where there are no labels to compare with.
    private func given(_ network: Executor, _ test: Subset) throws -> [Int] {
        var given: [Int] = []
        try SamplePictures(test, words: "test pictures", most: test.count).forEachBatch {
            batch, _ in
            try noGrad {
                let scores = try network.forward(batch, training: false)
                given += try scores.argmax(dim: 1).values(Int64.self).map { Int($0) }
            }
        }
        return given
    }

    private func inTurns(_ model: Model, _ whole: Model) throws -> (own: Double, other: Double) {
        try Latency.pair(model, whole, side: data.store.preprocessing.height, device: .cpu)
    }

    private func row(
        _ name: String, _ model: Model, _ times: (own: Double, other: Double),
        _ found: (metrics: Metrics?, answers: [Int]), _ answers: [Int]
    ) throws -> Row {
        let cost = try cost(model)
        let same = zip(found.answers, answers).count { $0 == $1 }
        return Row(
            name: name, parameters: cost.parameters, bytes: cost.bytes, macs: cost.macs,
            seconds: times.own, speedup: times.other / times.own,
            accuracy: found.metrics?.accuracy, loss: found.metrics?.loss,
            agreement: Double(same) / Double(max(1, answers.count)))
    }

    /// Of each group of channels, by its first parameter, the share that the small network has of the whole one's.
    private func kept(_ small: Model, _ whole: Model) throws -> [String: Double] {
        func counts(_ model: Model) throws -> [String: Int] {
            let groups = try ChannelGroups(model.graph).groups
            return Dictionary(
                groups.map { ($0.name, $0.channels.count) }, uniquingKeysWith: { first, _ in first }
            )
        }
        let left = try counts(small)
        return try counts(whole).reduce(into: [:]) { kept, group in
            guard let now = left[group.key], now < group.value else { return }
            kept[group.key] = Double(now) / Double(group.value)
        }
    }

    private func write(_ model: Model) throws {
        var model = model
        model.metadata["preprocessing"] = try data.store.preprocessing.text()
        guard training.output.pathExtension.lowercased() == "onnx" else {
            return try model.write(to: training.output)
        }
        let size = data.store.preprocessing
        try model.sized(height: size.height, width: size.width).write(forOthers: training.output)
    }
}

extension Model {
    /// Writes an ONNX file with class names and how pictures are prepared; what belongs to Winnow's own runs is of
    /// no use elsewhere.
    package func write(forOthers url: URL) throws {
        var model = self
        model.metadata = model.metadata.filter { $0.key == "preprocessing" }
        try model.write(onnx: url)
    }
}
