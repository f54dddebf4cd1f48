/// The feature table of the reference study: 5 LPQ and 5 PHOG components for each picture.
package struct FeatureTable: Sendable, Equatable {
    /// One picture: its name, its label as it is to be printed, its components.
    package struct Row: Sendable, Equatable {
        package let name: String
        package let label: String
        package let values: [Double]
    }

    /// `lpq1`...`lpq5`, `phog1`...`phog5` (for 5 components).
    package let features: [String]
    package let rows: [Row]
    /// How the LPQ and the PHOG vectors were reduced; kept so that new pictures can be described alike.
    package let lpq: PCA
    package let phog: PCA

    /// The first line of the table as text: `name, label` and the features.
    package var header: [String] { ["name", "label"] + features }

    /// The rows as text; numbers in the shortest form that reads back to the same value.
    package var records: [[String]] {
        rows.map { [$0.name, $0.label] + $0.values.map { "\($0)" } }
    }
}
