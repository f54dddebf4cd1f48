/// A pattern on file names that tells which pictures belong together.
package struct GroupRule: Sendable, Equatable {
    /// What the pattern is matched against.
    package enum Subject: String, Sendable {
        /// The file's name without folders and ending.
        case name
        /// The path relative to the data set's root.
        case path
    }

    package let name: String
    package let summary: String
    package let subject: Subject
    /// A regular expression; the group is its first capture, or the whole match without one.
    package let pattern: String

    init(_ name: String, _ pattern: String, _ summary: String, on subject: Subject = .name) {
        self.name = name
        self.summary = summary
        self.subject = subject
        self.pattern = pattern
    }

    /// The patterns known by name, the most particular first.
    package static let known: [GroupRule] = [
        GroupRule("sfew", #"^(.+)_\d{6,}_\d+$"#, "SFEW's film_time_frame: by film"),
        GroupRule("sfew-clip", #"^(.+_\d{6,})_\d+$"#, "SFEW's film_time_frame: by clip"),
        GroupRule("ck+", #"^(S\d{3})_\d{3}_\d{8}$"#, "Cohn-Kanade's S000_000_00000000: by person"),
        GroupRule("jaffe", #"^([A-Z]{2})\.[A-Z]{2}\d\.\d+$"#, "JAFFE's KA.AN1.39: by person"),
        GroupRule("kdef", #"^[AB]([FM]\d{2})[A-Z]{3,4}$"#, "KDEF's AF01ANS: by person"),
        GroupRule("rafd", #"^Rafd\d{3}_(\d{2})_"#, "RaFD's Rafd090_01_...: by person"),
        GroupRule("lfw", #"^(.+)_\d{4}$"#, "LFW's Person_Name_0001: by person"),
        GroupRule(
            "folder", #"^[^/]+/(.+)/[^/]+$"#, "class/GROUP/picture: by inner folder", on: .path),
        GroupRule("numbered", #"^(.*[^\d _.()-])[ _.-]*\(?\d+\)?$"#, "all before a final number"),
        GroupRule("prefix", #"^(.+?)[_-]"#, "all before the first _ or -"),
    ]

    /// A rule by name, or `name:REGEX` (on the name without ending), or `path:REGEX`.
    /// - Throws: `DatasetError` for an unknown name or a pattern that is no regular expression.
    package static func parse(_ text: String) throws(DatasetError) -> GroupRule {
        if let rule = known.first(where: { $0.name == text }) { return rule }
        let pieces = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard pieces.count == 2, let subject = Subject(rawValue: pieces[0]) else {
            throw DatasetError(
                "`groups` '\(text)': expected \(GroupChoice.spellings)")
        }
        let rule = GroupRule(text, pieces[1], "a pattern of your own", on: subject)
        _ = try rule.expression()
        return rule
    }

    /// The group of each file; nil where the pattern does not match.
    package func groups(of files: [String]) throws(DatasetError) -> [String?] {
        let expression = try expression()
        return files.map { file in
            guard let match = try? expression.firstMatch(in: subject(of: file)) else { return nil }
            let found = match.output.count > 1 ? match.output[1] : match.output[0]
            return found.substring.map(String.init).flatMap { $0.isEmpty ? nil : $0 }
        }
    }

    private func expression() throws(DatasetError) -> Regex<AnyRegexOutput> {
        do {
            return try Regex(pattern)
        } catch {
            throw DatasetError("`groups` \(name): '\(pattern)' is no regular expression: \(error)")
        }
    }

    private func subject(of file: String) -> String {
        guard subject == .name else { return file }
        let name = file.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return String(name) }
        return String(name[..<dot])
    }
}
