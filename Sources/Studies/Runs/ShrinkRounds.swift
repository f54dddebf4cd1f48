import Core
import Foundation
import Models
import Pruning
import Torch
import Training

/// How a network is brought to a budget: at once, or in rounds that each cut, mend and train.
package struct ShrinkRounds: Sendable {
    package let count: Int
    package let schedule: PruningSchedule

    package static let one = ShrinkRounds(unchecked: 1, .geometric)

    /// - Throws: `PruningError` for a count out of range.
    package init(_ count: Int, _ schedule: PruningSchedule) throws {
        guard (1...20).contains(count) else {
            throw PruningError("`rounds` \(count): expected 1 to 20")
        }
        self.init(unchecked: count, schedule)
    }

    private init(unchecked count: Int, _ schedule: PruningSchedule) {
        (self.count, self.schedule) = (count, schedule)
    }

    /// What a round, from 1, does to the network that it finds.
    func technique(_ whole: Technique, round: Int) -> Technique {
        guard count > 1, case .budget(let budget) = whole.selection else { return whole }
        var technique = whole
        let kept = schedule.kept(of: budget.fraction, in: round, of: count)
        technique.selection = .budget(Budget(budget.measure, kept))
        return technique
    }
}

/// The rounds before the last: each network is kept in the folder of the unfinished run until the last is in place.
struct ShrinkRoundsRun {
    let training: TrainingRun
    let rounds: ShrinkRounds
    let technique: Technique
    let pictures: SamplePictures
    let onStep: (String) -> Void

    /// The network that the last round begins with.
    ///
    /// - Parameters:
    ///   - identity: of the network's file.
    ///   - teacher: whose scores are followed, where the options distil.
    /// - Returns: with it, the identity by which the last round's training is known.
    func beforeLast(
        _ start: Model, identity: String
    ) throws -> (network: Model, identity: String) {
        var (network, key) = (start, identity)
        if training.restarts { clean() }
        for round in 1..<max(1, rounds.count) {
            let step = rounds.technique(technique, round: round)
            key = ContentHash.sha256(
                try key + CanonicalJSON.line.text(step) + CanonicalJSON.line.text(training.options))
            if let done = try kept(round, key) {
                onStep("round \(round) of \(rounds.count) is done already")
                // It may have been stopped just before this.
                try training.forget(key)
                network = done
                continue
            }
            onStep("round \(round) of \(rounds.count): \(step.words)")
            network = try trained(step.pruned(network, pictures: pictures).model, key, start)
            network.metadata["round"] = key
            try network.write(to: file(round))
            try training.forget(key)
        }
        network.metadata["round"] = nil
        return (network, key)
    }

    private func trained(_ cut: Model, _ key: String, _ teacher: Model) throws -> Model {
        try training.prepare()
        var network = try training.train(cut, identity: key, teacher: teacher).0
        network.state = try network.state.placed(on: .cpu)
        return network
    }

    /// The network of a round that an earlier call finished.
    ///
    /// - Throws: `TrainingError` where it is of a call with other settings.
    private func kept(_ round: Int, _ key: String) throws -> Model? {
        let file = file(round)
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        let network = try Model.open(file)
        guard network.metadata["round"] == key else {
            throw TrainingError(
                "\(file.path) is a round of another call (other weights, pictures or settings). Give "
                    + "its settings again to go on with it, write to another `output`, or add `restart` "
                    + "to remove it and begin anew")
        }
        return network
    }

    private func file(_ round: Int) -> URL {
        training.resumeFolder.appendingPathComponent("round-\(round).safetensors")
    }

    func clean() {
        for round in 1...rounds.count { try? FileManager.default.removeItem(at: file(round)) }
    }
}
