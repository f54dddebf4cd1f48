import Core
import Foundation
import Training

extension TrainingRun {
    /// Refuses to take the place of an unfinished run that cannot go on as this one: its epochs took somebody's time.
    ///
    /// - Parameter key: of what this run starts from.
    /// - Throws: `TrainingError` that names what differs.
    func refuseUnfinished(_ key: String) throws {
        guard let found = try Trainer.unfinished(in: resumeFolder), found.epochs > 0 else {
            return Trainer.clean(resumeFolder)
        }
        let count = "\(found.epochs) finished \(found.epochs == 1 ? "epoch" : "epochs")"
        throw TrainingError(
            "\(resumeFolder.path) holds \(count) of another run (\(try differences(found, key))). Give its "
                + "settings again to go on with it, write to another `output`, or add `restart` to remove "
                + "them and begin anew")
    }

    /// Removes the epochs of a training whose network has its place; those of another stay.
    func forget(_ identity: String) throws {
        guard let found = try Trainer.unfinished(in: resumeFolder), try found.start == key(identity)
        else { return }
        Trainer.clean(resumeFolder)
    }

    /// `batchSize 4, not 8`: what the unfinished run was given, and what this one is.
    private func differences(_ found: Trainer.Unfinished, _ key: String) throws -> String {
        var words = try StageDifference.lines(found.options, options).filter {
            !["schedule", "optimizer", "augmentation"].contains($0.place.prefix { $0 != "." })
        }.map { "`\($0.place)` \($0.first), not \($0.second)" }
        if found.options.optimizer != options.optimizer { words.append("another `optimizer`") }
        if found.options.schedule != options.schedule { words.append("another `schedule`") }
        if found.options.augmentation != options.augmentation {
            words.append("other variations of the pictures")
        }
        if words.isEmpty, found.start != key {
            words.append("other pictures, `groups`, weights or division")
        }
        return words.joined(separator: "; ")
    }
}
