import Core

/// Puts whole groups into parts so that sizes and class shares come as close as possible.
///
/// It lowers `sum over parts p, classes c of (n_pc - t_pc)^2 / max(t_pc, 1)` plus the same for the
/// parts' totals, where `t_pc` is the part's share of class c: groups are dealt out in random
/// order, each to the part where it costs least, then single moves and swaps of groups until none
/// helps.
struct GroupAllocator {
    /// Pictures of each class in each group.
    let histograms: [[Int]]
    /// Wanted pictures of each class in each part; the last column is the part's total.
    let targets: [[Double]]

    /// - Parameter shares: the parts' shares of all pictures; their sum is 1.
    init(histograms: [[Int]], shares: [Double]) {
        let rows = histograms.map { $0 + [$0.reduce(0, +)] }
        let totals = (0..<(rows.first?.count ?? 1)).map { c in
            Double(rows.reduce(0) { $0 + $1[c] })
        }
        self.histograms = rows
        targets = shares.map { share in totals.map { $0 * share } }
    }

    /// The part of each group; several starts are tried only while a part stays empty.
    ///
    /// The order in which groups are dealt out is random, so seeds give different splits of about
    /// the same quality, not all of them the one best split.
    func allocate(_ generator: inout SplitMix64) -> [Int] {
        var parts: [Int] = []
        for _ in 0..<20 {
            var state = State(self, greedy: generator.shuffledFromBack(Array(histograms.indices)))
            state.improve()
            parts = state.parts
            if Set(parts).count == targets.count { break }
        }
        return parts
    }

    /// The cost of an allocation; lower is better.
    func cost(_ parts: [Int]) -> Double {
        State(self, parts: parts).cost()
    }
}

/// An allocation on its way to a better one.
private struct State {
    let problem: GroupAllocator
    var parts: [Int]
    /// Pictures of each class (and in all) in each part.
    var counts: [[Int]]

    init(_ problem: GroupAllocator, parts: [Int]) {
        self.problem = problem
        self.parts = parts
        counts = problem.targets.map { $0.map { _ in 0 } }
        for (group, part) in parts.enumerated() { add(group, to: part, 1) }
    }

    init(_ problem: GroupAllocator, greedy order: [Int]) {
        self.problem = problem
        parts = [Int](repeating: 0, count: problem.histograms.count)
        counts = problem.targets.map { $0.map { _ in 0 } }
        for group in order {
            let gains = problem.targets.indices.map { part in
                cost(part, adding: group) - cost(part)
            }
            let part = gains.indices.min { gains[$0] < gains[$1] } ?? 0
            parts[group] = part
            add(group, to: part, 1)
        }
    }

    private mutating func add(_ group: Int, to part: Int, _ sign: Int) {
        for c in counts[part].indices {
            counts[part][c] += sign * problem.histograms[group][c]
        }
    }

    func cost() -> Double { counts.indices.reduce(0) { $0 + cost($1) } }

    /// One part's cost, with groups added or taken away.
    private func cost(_ part: Int, adding: Int? = nil, removing: Int? = nil) -> Double {
        var sum = 0.0
        for (c, target) in problem.targets[part].enumerated() {
            var count = counts[part][c]
            if let adding { count += problem.histograms[adding][c] }
            if let removing { count -= problem.histograms[removing][c] }
            let gap = Double(count) - target
            sum += gap * gap / max(target, 1)
        }
        return sum
    }

    /// Moves and swaps groups while that lowers the cost.
    mutating func improve() {
        // Swaps try each pair; above this many groups moves alone come close enough.
        let swaps = parts.count <= 400
        for _ in 0..<60 {
            let moved = moveOnce()
            let swapped = swaps && swapOnce()
            if !moved && !swapped { return }
        }
    }

    private mutating func moveOnce() -> Bool {
        var moved = false
        for group in parts.indices {
            let from = parts[group]
            for to in counts.indices where to != parts[group] && parts[group] == from {
                let change =
                    cost(from, removing: group) + cost(to, adding: group) - cost(from) - cost(to)
                guard change < -1e-9 else { continue }
                place(group, to)
                moved = true
            }
        }
        return moved
    }

    private mutating func swapOnce() -> Bool {
        var swapped = false
        for a in parts.indices {
            for b in parts.indices.dropFirst(a + 1) where parts[a] != parts[b] {
                let (p, q) = (parts[a], parts[b])
                let change =
                    cost(p, adding: b, removing: a) + cost(q, adding: a, removing: b) - cost(p)
                    - cost(q)
                guard change < -1e-9 else { continue }
                place(a, q)
                place(b, p)
                swapped = true
            }
        }
        return swapped
    }

    private mutating func place(_ group: Int, _ part: Int) {
        add(group, to: parts[group], -1)
        parts[group] = part
        add(group, to: part, 1)
    }
}
