import Foundation

/// A table of features, cleaned: each row a picture with a class and finite numbers.
///
/// Nothing leaves or stays silently: `findings` says for each row that was dropped, or kept in
/// doubt, why. Statistics of the columns serve only to find gross outliers; nothing is normalised
/// here.
package struct FeatureTable: Sendable, Equatable {
    /// One picture.
    package struct Row: Sendable, Equatable {
        /// The row in the file, as a spreadsheet or editor numbers it.
        package let number: Int
        /// The picture's name, or `row 12` where the table has no names.
        package let name: String
        /// An index into `classes`.
        package let label: Int
        /// Person, film or clip: what must not be split between training and test. nil: not known.
        package let group: String?
        /// As many as `featureNames`, all finite.
        package let features: [Double]
    }

    /// Features that belong together, and are normalised together.
    package struct Block: Sendable, Equatable {
        package let name: String
        /// Indices into `features`.
        package let range: Range<Int>
    }

    /// What is wrong or doubtful about one row.
    package struct Finding: Sendable, Equatable, CustomStringConvertible {
        package let row: Int
        package let name: String
        package let reason: String
        package let isKept: Bool

        package var description: String {
            "row \(row) (\(printable(name))) \(isKept ? "kept" : "dropped"): \(reason)"
        }
    }

    /// The file that it came from.
    package let file: String
    package let rows: [Row]
    /// Class names; a row's `label` counts from 0.
    package let classes: [String]
    package let featureNames: [String]
    package let blocks: [Block]
    /// By row.
    package let findings: [Finding]
    /// What was chosen in reading it, a clause each: the sheet, the separator, columns that are no features.
    package var notes: [String] = []

    /// The number of rows in the file below the header.
    package var rowsInFile: Int { rows.count + findings.count { !$0.isKept } }
}

/// How to read a table of features: which columns are what, and what counts as an outlier.
package struct FeatureLayout: Sendable, Equatable {
    /// How the columns that hold features are found.
    package enum Features: Sendable, Equatable {
        /// All columns that are not name, label or group, and do not number the rows. A header with blank or merged cells to
        /// its right is a block's name; otherwise neighbours alike but for a number (`lpq1`,
        /// `lpq2`) are.
        case automatic
        /// Each block's name and the headers of its columns.
        case columns([Named])
        /// A block for each prefix: the columns whose header starts with it.
        case prefixes([String])
    }

    /// A block by name, with the headers of its columns.
    package struct Named: Sendable, Equatable {
        package let name: String
        package let columns: [String]

        package init(_ name: String, _ columns: [String]) {
            (self.name, self.columns) = (name, columns)
        }
    }

    /// What happens to a row with a value far from its column's median.
    package enum Outliers: Sendable, Equatable {
        case drop, keep
    }

    /// The header of the class column; its letter case does not matter, nor does any header's.
    package var label = "label"
    /// The header of the column of picture names; nil: a first column without header, or named
    /// `name`, if there is one.
    package var name: String?
    /// The header of the column of groups.
    package var group: String?
    /// Without `group`: a regular expression over the name, whose first capture is the group.
    package var groupPattern: String?
    package var features = Features.automatic
    /// Class names for labels 1, 2, ... (or the names themselves); nil: the labels found, sorted.
    package var classes: [String]?
    package var outliers = Outliers.keep
    /// A value is an outlier when it lies further from its column's median than this many robust
    /// standard deviations (1.4826 times the median absolute deviation, which estimates the
    /// standard deviation of normal data: Rousseeuw & Croux 1993). 20 finds slips of the decimal
    /// point and raw pixels among principal components, not long tails. A column of which over half
    /// the values are equal has no such scale, and is not checked.
    package var outlierLimit = 20.0
    /// The sheet of a workbook; nil: the first with the label column that is not hidden.
    package var sheet: String?
    /// What separates the fields of a CSV; nil: what its first lines show.
    package var delimiter: Character?

    package init() {}

    /// The reference study's table: name, label 1 to 7, five LPQ and five PHOG components; the
    /// film, before the first underscore of the name, is the group; outliers are dropped.
    package static var sfew: FeatureLayout {
        var layout = FeatureLayout()
        layout.groupPattern = "^([^_]+)_"
        layout.classes = ["angry", "disgust", "fear", "happy", "neutral", "sad", "surprise"]
        layout.outliers = .drop
        return layout
    }

    /// Whether the header row is that of the reference study's table: a blank, `label`, then a
    /// block of five named after LPQ and one of five named after PHOG.
    package static func isSFEW(_ sheet: Sheet) -> Bool {
        guard let header = sheet.rows.first, header.width <= 12, header[0].isBlank,
            header[1].shown.lowercased() == "label", sheet.rows.contains(where: { $0.width == 12 })
        else { return false }
        let blanks = [3, 4, 5, 6, 8, 9, 10, 11].allSatisfy { header[$0].isBlank }
        return blanks && header[2].shown.contains("LPQ") && header[7].shown.contains("PHOG")
    }
}
