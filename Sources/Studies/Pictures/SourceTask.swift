import Datasets
import Training

/// What a network is pretrained on where no pretrained weights can be had: telling the groups of the
/// study's own pictures apart (who is it?), which says nothing about the classes of the study.
package struct SourceTask: Codable, Sendable, Hashable {
    /// The question, as results call it.
    package var question: String
    /// How the fresh network is trained; the seed also draws its weights.
    package var training: TrainingOptions
    /// One in this many training pictures is kept back to see what was learnt.
    package var heldOut: Int

    package init(question: String, training: TrainingOptions, heldOut: Int = 10) {
        self.question = question
        self.training = training
        self.heldOut = heldOut
    }

    /// Who is it: at 48 pixels half a minute on two cores.
    package static func people(epochs: Int = 20) -> SourceTask {
        SourceTask(
            question: "who is it",
            training: TrainingOptions(
                epochs: epochs, batchSize: 16, learningRate: 0.05,
                optimizer: .sgd(momentum: 0.9, weightDecay: 5e-4, nesterov: true),
                schedule: .cosine, augmentation: AugmentationPolicy(.fresh)))
    }
}

/// What a network learnt of a source task.
package struct SourceRecord: Codable, Sendable, Equatable {
    /// Groups that were told apart, and pictures of them that were trained on.
    package let groups: Int
    package let trainCount: Int
    /// On the training pictures that were kept back.
    package let heldOut: Metrics
    package let history: [EpochRecord]
}
