import Studies

/// A figure of the report on one result.
struct Figure {
    /// Names its files: `fig-3-leak-free`.
    let id: String
    /// The result it is drawn from: `leak-free`.
    let label: String
    /// What it shows, in a sentence, with the numbers that matter.
    let says: String
    let spec: VegaLite
}

/// A figure as the paper numbers it, on every result.
struct FigureGroup {
    /// `Fig. 1`.
    let number: String
    let title: String
    /// What a reader must know to read it.
    let note: String
    let figures: [Figure]
    /// Why it is not there, for results that lack what it needs.
    let missing: [(label: String, why: String)]

    /// `fig-1`.
    var id: String { Slug.of(number) }
}

/// Names for files and anchors.
enum Slug {
    /// `Fig. 1` as `fig-1`: letters and digits of ASCII in lower case, all else one dash.
    static func of(_ text: String) -> String {
        let kept = text.lowercased().unicodeScalars.map { scalar -> Character in
            let isKept =
                ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
            return isKept ? Character(scalar) : "-"
        }
        let words = String(kept).split(separator: "-")
        return words.isEmpty ? "result" : words.joined(separator: "-")
    }
}
