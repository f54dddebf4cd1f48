/// Finds the name that was probably meant, and refuses one that there is not.
package enum NearestName {
    /// The nearest of `names` by edit distance; nil when none is near (half of the letters, at
    /// least 2).
    package static func suggestion(for word: String, among names: [String]) -> String? {
        let nearest = names.map { ($0, distance(word.lowercased(), $0.lowercased())) }
            .min { $0.1 < $1.1 }
        guard let (name, distance) = nearest, distance <= max(2, word.count / 2) else { return nil }
        return name
    }

    /// What a wrong name is answered: `no method 'percentil'. Did you mean 'percentile'? Methods: ...`.
    ///
    /// - Parameters:
    ///   - kind: what is named, in the singular.
    ///   - kinds: its plural, where an `s` does not make it.
    package static func refusal(
        of word: String, _ kind: String, kinds: String? = nil, among names: [String]
    ) -> String {
        let meant = suggestion(for: word, among: names).map { "Did you mean '\($0)'? " } ?? ""
        let heading = kinds ?? kind + "s"
        return
            "no \(kind) '\(word)'. \(meant)\(heading.prefix(1).uppercased())\(heading.dropFirst()): "
            + names.joined(separator: ", ")
    }

    /// Insertions, deletions and substitutions that turn `a` into `b` (Levenshtein 1966).
    package static func distance(_ a: String, _ b: String) -> Int {
        let b = Array(b)
        var row = Array(0...b.count)
        for (i, letter) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let substituted = diagonal + (letter == b[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substituted, diagonal + 1, row[j] + 1)
            }
        }
        return row[b.count]
    }
}
