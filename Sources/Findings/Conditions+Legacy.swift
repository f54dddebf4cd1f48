/// Records from before conditions had types, which held them as sentences. The only place that reads
/// sentences.
extension Conditions {
    /// What can be told from the lines of an old record; the rest stays as it was written.
    package init(legacy lines: [String]) {
        self.init()
        for line in lines {
            let lower = line.lowercased()
            if line.hasPrefix("Protocol: ") {
                let name = String(line.dropFirst("Protocol: ".count))
                dataProtocol = DataProtocol(name: name, leaks: name == "as-paper")
            } else if line.hasPrefix("WARNING") {
                let text = line.drop { $0 != ":" }.dropFirst().drop { $0 == " " }
                if !lower.contains("leak") { warnings.append(String(text)) }
            } else if line.hasPrefix("Reduced: ") {
                reductions.append(Reduction(.other(Self.phrase(line, after: "Reduced: "))))
            } else if lower.contains("substitute") {
                starts.append(Self.substitute(line))
            } else {
                notes.append(line)
            }
        }
    }

    private static func phrase(_ line: String, after prefix: String) -> String {
        let text = line.dropFirst(prefix.count)
        return String(text.hasSuffix(".") ? text.dropLast() : text)
    }

    private static func substitute(_ line: String) -> StartSource {
        let words = line.split(separator: ":", maxSplits: 1).last.map(String.init) ?? line
        let name = words.split(whereSeparator: { " ,".contains($0) }).first.map(String.init)
        return StartSource(architecture: name ?? "", kind: .file, task: words)
    }

    /// Reads typed conditions, or the sentences of an old record.
    package static func read(from decoder: any Decoder) throws -> Conditions {
        if let lines = try? [String](from: decoder) { return Conditions(legacy: lines) }
        return try Conditions(from: decoder)
    }
}
