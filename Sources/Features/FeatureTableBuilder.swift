/// Makes the feature table from described pictures.
package struct FeatureTableBuilder: Sendable {
    /// A described picture, and whether the components may be fitted on it.
    package struct Entry: Sendable {
        package var name: String
        package var label: String
        package var features: PictureFeatures
        /// Whether the picture is a training picture. `as-paper` marks all, `leak-free` only those
        /// of the training part.
        package var training: Bool

        package init(name: String, label: String, features: PictureFeatures, training: Bool) {
            self.name = name
            self.label = label
            self.features = features
            self.training = training
        }
    }

    /// Components kept of each descriptor.
    package var components = 5

    package init() {}

    /// Fits one PCA on the LPQ and one on the PHOG vectors of the training entries, and reduces all.
    ///
    /// - Throws: `FeatureError` if fewer than `components` + 1 entries are for training, or they vary
    ///   in too few directions, or their vectors differ in length.
    package func build(_ entries: [Entry]) throws(FeatureError) -> FeatureTable {
        let training = entries.indices.filter { entries[$0].training }
        guard training.count > components else {
            throw .badShape(
                expected:
                    "at least \(components + 1) training pictures for \(components) components",
                found: "\(training.count)")
        }
        let lpq = try reduce(entries.map(\.features.lpq), training)
        let phog = try reduce(entries.map(\.features.phog), training)
        let rows = entries.indices.map { index in
            FeatureTable.Row(
                name: entries[index].name, label: entries[index].label,
                values: Array(lpq.scores[index]) + Array(phog.scores[index]))
        }
        let numbers = 1...max(1, components)
        return FeatureTable(
            features: numbers.map { "lpq\($0)" } + numbers.map { "phog\($0)" }, rows: rows,
            lpq: lpq.pca, phog: phog.pca)
    }

    private func reduce(_ vectors: [[Double]], _ training: [Int])
        throws(FeatureError) -> (pca: PCA, scores: FeatureMatrix)
    {
        let matrix = try FeatureMatrix(vectors)
        let pca = try PCA.fit(matrix.selecting(training), components: components)
        return (pca, try pca.transform(matrix))
    }
}
