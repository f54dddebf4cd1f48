/// Disjoint sets of the numbers `0..<count`, merged pair by pair (Tarjan 1975).
package struct UnionFind: Sendable {
    private var parent: [Int]

    package init(count: Int) {
        parent = Array(0..<count)
    }

    /// The set's representative: its smallest member.
    package mutating func find(_ index: Int) -> Int {
        var index = index
        while parent[index] != index {
            parent[index] = parent[parent[index]]
            index = parent[index]
        }
        return index
    }

    /// Puts two members, and so their sets, together.
    package mutating func merge(_ a: Int, _ b: Int) {
        let (a, b) = (find(a), find(b))
        parent[max(a, b)] = min(a, b)
    }

    /// For each member the representative of its set.
    package mutating func representatives() -> [Int] {
        parent.indices.map { find($0) }
    }
}
