/// Which pictures of a data set are copies of which.
package struct Copies: Sendable {
    /// For each picture the first picture with the same bytes.
    package let content: [Int]
    /// Near duplicates of different bytes; each content is represented by its first picture.
    package let near: [PicturePair]

    /// - Precondition: `facts` and `prints` describe the same pictures.
    package init(
        facts: [PictureFacts], prints: [PicturePrint], near search: NearDuplicates = .init(),
        threads: Int
    ) {
        precondition(facts.count == prints.count, "facts and prints of the same pictures")
        let content = Self.content(facts)
        self.content = content
        let distinct = content.indices.filter { content[$0] == $0 }
        near = search.pairs(distinct.map { prints[$0] }, threads: threads).map { pair in
            PicturePair(
                first: distinct[pair.first], second: distinct[pair.second],
                correlation: pair.correlation, mirrored: pair.mirrored)
        }
    }

    /// Copies whose near pairs were found before.
    init(facts: [PictureFacts], near: [PicturePair]) {
        content = Self.content(facts)
        self.near = near
    }

    private static func content(_ facts: [PictureFacts]) -> [Int] {
        var first: [String: Int] = [:]
        return facts.enumerated().map { index, fact in
            if let earlier = first[fact.sha256] { return earlier }
            first[fact.sha256] = index
            return index
        }
    }

    /// Pairs that connect all copies, identical or near; for `Grouping.merged` and `.clusters`.
    package var pairs: [(Int, Int)] {
        content.indices.filter { content[$0] != $0 }.map { (content[$0], $0) }
            + near.map { ($0.first, $0.second) }
    }

    /// Pictures with the same bytes, two or more together, by first picture.
    var identical: [[Int]] {
        Dictionary(grouping: content.indices) { content[$0] }.values
            .filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
    }

    /// For each content (by its first picture) the contents near to it.
    var links: [[Int]] {
        var links = [[Int]](repeating: [], count: content.count)
        for pair in near {
            links[pair.first].append(pair.second)
            links[pair.second].append(pair.first)
        }
        return links
    }

    /// For each picture how many pictures are copies of it, identical or near.
    var counts: [Int] {
        var sizes = [Int](repeating: 0, count: content.count)
        for first in content { sizes[first] += 1 }
        let links = links
        return content.map { first in
            sizes[first] - 1 + links[first].reduce(0) { $0 + sizes[$1] }
        }
    }
}
