import Core
import Datasets
import Foundation
import Generating
import Models
import Pruning
import Training

/// One step of a study: what is done, to the results of which other steps, on which data.
///
/// Its identity is the SHA-256 of its canonical JSON (sorted keys), worked out once. Nothing that changes a result is
/// outside of it; nothing that does not (threads, device, progress) is inside.
package struct Stage: Codable, Sendable, Hashable {
    /// Raised when the meaning of stages changes, so that old results are not taken for new ones.
    package static let currentVersion = 2

    package let version: Int
    package let work: StageWork
    /// Identities of the stages whose results this one reads, in order.
    package let parents: [String]
    /// Fingerprint of the pictures, for stages that read them.
    package let data: String?
    /// 64 hexadecimal digits; the name of the stage's folder.
    package private(set) var id = ""

    private enum CodingKeys: CodingKey { case version, work, parents, data }

    package init(_ work: StageWork, parents: [Stage] = [], data: String? = nil) {
        version = Self.currentVersion
        self.work = work
        self.parents = parents.map(\.id)
        self.data = data
        id = ContentHash.sha256(canonicalJSON)
    }

    /// The same done to what others left.
    ///
    /// - Parameter id: the SHA-256 of what its canonical JSON will be.
    fileprivate init(_ like: Stage, parents: [String], id: String) {
        (version, work, data) = (like.version, like.work, like.data)
        (self.parents, self.id) = (parents, id)
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        version = try values.decode(Int.self, forKey: .version)
        work = try values.decode(StageWork.self, forKey: .work)
        parents = try values.decode([String].self, forKey: .parents)
        data = try values.decodeIfPresent(String.self, forKey: .data)
        id = ContentHash.sha256(canonicalJSON)
    }

    /// Sorted keys, no spaces.
    package var canonicalJSON: Data {
        // A stage holds strings and finite numbers only, which always encode.
        (try? CanonicalJSON.line.encode(self)) ?? Data()
    }
}

/// Stages that do the same to what different parents left. A plan has few such families, and canonical JSON costs more
/// than all else in planning: it is written once a family, and the parents' identities are put where they belong.
struct StageFamily {
    private let orphan: Stage
    /// The JSON before and after the parents.
    private let parts: [Data]

    init(_ work: StageWork, data: String?) {
        orphan = Stage(work, data: data)
        // No text can hold these words: its quotes are escaped.
        let parents = Data(#""parents":[]"#.utf8)
        parts = orphan.canonicalJSON.split(separator: parents, maxSplits: 1)
    }

    func child(of parents: [Stage]) -> Stage {
        let names = parents.map(\.id)
        let list = names.map { "\"\($0)\"" }.joined(separator: ",")
        let json = parts[0] + Data("\"parents\":[\(list)]".utf8) + parts[1]
        return Stage(orphan, parents: names, id: ContentHash.sha256(json))
    }
}

/// What a stage does.
package enum StageWork: Codable, Sendable, Hashable {
    /// Fresh weights trained to tell the groups in a split's training part apart.
    case pretrain(task: SourceTask, architecture: Architecture, split: SplitPlan)
    /// Pretrained weights (by their file's SHA-256) with a new classifier drawn from `seed`.
    case start(architecture: Architecture, weights: String, classes: [String], seed: UInt64)
    /// Trains the first parent's network on a split of the data; with pictures added, where there are any, which the
    /// second parent makes if they are generated.
    case train(options: TrainingOptions, split: SplitPlan, added: AddedPictures? = nil)
    /// Trains a generator of pictures on a split's training part.
    case generate(settings: GeneratorSettings, split: SplitPlan)
    /// Says how good and how new the first parent's pictures are: by the features of the second parent's network, and by
    /// what the third parent's takes them for.
    case judge(split: SplitPlan)
    /// Chooses what to prune of the first parent's network; with the pictures of a split's training part,
    /// where its criterion looks at any.
    case prune(technique: Technique, split: SplitPlan?)
    /// The first parent's masks on the second parent's weights.
    case rewind
}
