/// Which pictures belong together: one person, one film, one clip, copies of one photograph.
package struct Grouping: Sendable, Equatable {
    /// Group names, by name.
    package let names: [String]
    /// For each picture an index into `names`.
    package let ids: [Int]
    /// Pictures that no rule put into a group; each is a group of its own.
    package let alone: [Int]

    /// The number of groups.
    package var count: Int { names.count }

    /// Groups from a name for each file; nil puts a file into a group of its own, named as the
    /// file.
    package init(files: [String], groups: [String?]) {
        precondition(files.count == groups.count, "a group for each file")
        let keys = zip(files, groups).map { file, group in group ?? Self.own(file) }
        var seen: Set<String> = []
        names = NameOrder.sorted(keys.filter { seen.insert($0).inserted })
        let index = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
        ids = keys.compactMap { index[$0] }
        alone = groups.indices.filter { groups[$0] == nil }
    }

    /// Groups by a pattern on names.
    /// - Throws: `DatasetError` where the pattern matches no file.
    package init(files: [String], rule: GroupRule) throws(DatasetError) {
        self.init(files: files, groups: try rule.groups(of: files))
        guard alone.count < files.count else {
            throw DatasetError(
                "`groups` \(rule.name): \(rule.pattern) matches none of the \(files.count) names, "
                    + "such as '\(files.first ?? "")'")
        }
    }

    /// Groups from a table's column: file (as listed, or its last component) to group.
    /// - Throws: `DatasetError` naming the first file that the column does not know.
    package init(files: [String], column: [String: String]) throws(DatasetError) {
        var groups: [String?] = []
        for file in files {
            let name = file.split(separator: "/").last.map(String.init) ?? file
            guard let group = column[file] ?? column[name] else {
                throw DatasetError("groups: the table has no row for '\(file)'")
            }
            groups.append(group)
        }
        self.init(files: files, groups: groups)
    }

    /// The same groups with those merged that share a pair of pictures (such as near duplicates).
    ///
    /// A merged group has the name that comes first.
    package func merged(_ pairs: [(Int, Int)]) -> Grouping {
        var sets = UnionFind(count: names.count)
        for (a, b) in pairs { sets.merge(ids[a], ids[b]) }
        let kept = sets.representatives()
        let sizes = Dictionary(kept.map { ($0, 1) }, uniquingKeysWith: +)
        return Grouping(
            names: names, chosen: ids.map { kept[$0] },
            alone: alone.filter { sizes[kept[ids[$0]]] == 1 })
    }

    private init(names: [String], chosen: [Int], alone: [Int]) {
        let used = Set(chosen).sorted()
        let index = Dictionary(uniqueKeysWithValues: zip(used, used.indices))
        self.names = used.map { names[$0] }
        ids = chosen.compactMap { index[$0] }
        self.alone = alone
    }

    /// Every picture a group of its own, but for the pairs that belong together.
    package static func clusters(files: [String], pairs: [(Int, Int)]) -> Grouping {
        Grouping(files: files, groups: files.map { _ in nil }).merged(pairs)
    }

    private static func own(_ file: String) -> String { "file \(file)" }
}
