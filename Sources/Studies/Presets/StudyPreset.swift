import Pruning

/// The scale of a study: what its settings are where nothing else is asked for.
package struct StudyPreset: Sendable, Equatable {
    package let name: String
    package let summary: String
    /// Height and width in pixels that pictures are resized to.
    package let size: Int
    /// Epochs of each training on pictures.
    package let epochs: Int
    /// Fractions pruned.
    package let amounts: [Double]
    /// Replicates of each training on pictures.
    package let seeds: Int
    /// Trainings of each net of the table study.
    package let tableReplicates: Int

    /// All presets; help is made from this list.
    package static let all = [paper, quick]

    /// As large as the paper, or larger.
    package static let paper = StudyPreset(
        name: "paper", summary: "224 px, 25 epochs, five amounts, 1000 replicates of the table",
        size: 224, epochs: 25, amounts: [0.1, 0.3, 0.5, 0.7, 0.9], seeds: 3, tableReplicates: 1000)

    /// Everything once through in a quarter of an hour on two cores.
    package static let quick = StudyPreset(
        name: "quick", summary: "64 px, 6 epochs, two amounts, 100 replicates of the table",
        size: 64, epochs: 6, amounts: [0.5, 0.9], seeds: 3, tableReplicates: 100)

    /// The preset with a name.
    ///
    /// - Throws: `StudyError` with the name that was probably meant, and all of them.
    package static func named(_ name: String) throws -> StudyPreset {
        if let preset = all.first(where: { $0.name == name }) { return preset }
        let names = all.map(\.name)
        let meant = NearestName.suggestion(for: name, among: names)
        throw StudyError(
            "no preset '\(name)'. \(meant.map { "Did you mean '\($0)'? " } ?? "")"
                + "Presets: \(names.joined(separator: ", "))")
    }
}
