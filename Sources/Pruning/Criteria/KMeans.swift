import Core

extension Criterion {
    /// k-means of the channels' weights, one cluster for each that stays; of a cluster the one nearest to its
    /// centre stays. With removal fold, the centre itself does.
    package static let kMeans = Criterion(
        name: "k-means", summary: "channels that are not the nearest to a centre of k-means",
        source:
            "Model Folding, ICLR 2025; Lloyd 1982, seeded as k-means++ (Arthur & Vassilvitskii 2007)",
        needs: [.seed]
    ) { shared, context, seed in
        let products = try shared.weightProducts()
        let (name, count) = (shared.name, shared.count)
        return .sets(candidates: count) { removed in
            let clusters = ProductClusters(
                products, count, clusters: count - removed, SplitMix64(seed: seed, name: name))
            return Array(Set(0..<count).subtracting(clusters.representatives)).sorted()
        }
    }
}

extension SharedChannels {
    /// Row-major [count, count]: products of the channels' weights, each layer's over its mean square, added
    /// over the layers that give them.
    func weightProducts() throws -> [Double] {
        var sums = [Double](repeating: 0, count: count * count)
        for writer in writers {
            let rows = writer.weights.shape[0]
            let products = try writer.weights.filterProducts()
            let trace = (0..<rows).reduce(0) { $0 + products[$1 * rows + $1] } / Double(rows)
            guard trace > 0 else { continue }
            for i in 0..<count {
                for j in 0..<count {
                    for (a, b) in zip(writer.rows[i], writer.rows[j]) {
                        sums[i * count + j] += products[a * rows + b] / trace
                    }
                }
            }
        }
        return sums
    }
}

/// k-means from the products of vectors alone: |x - c|^2 = x.x - 2 mean(x.y) + mean(y.z) over a cluster.
struct ProductClusters {
    /// The member of each cluster that is nearest to its centre.
    private(set) var representatives: [Int] = []
    private let products: [Double]
    private let count: Int
    private var members: [[Int]] = []
    /// Squares that differ by less are equal: of a cluster of two, both are as near to its centre, and rounding (which
    /// hangs on how many threads the products took) would choose.
    private let tolerance: Double

    /// Rounds at most; Lloyd's iteration has usually settled long before.
    private static let rounds = 30

    init(_ products: [Double], _ count: Int, clusters: Int, _ generator: SplitMix64) {
        (self.products, self.count) = (products, count)
        tolerance = 1e-10 * ((0..<count).map { products[$0 * count + $0] }.max() ?? 0)
        let seeds = seeded(max(1, min(clusters, count)), generator)
        members = assigned(seeds.count) { distance($0, seeds[$1]) }
        for _ in 0..<Self.rounds {
            let spreads = members.map(spread)
            let next = assigned(members.count) { distance($0, members[$1], spreads[$1]) }
            if next == members { break }
            members = next
        }
        members.removeAll(where: \.isEmpty)
        representatives = members.map { own in
            let spread = spread(own)
            return own[first(own.map { distance($0, own, spread) })]
        }
        // A cluster that lost all its members leaves a place for the worst represented point.
        while representatives.count < min(clusters, count) {
            let free = (0..<count).filter { !representatives.contains($0) }
            guard !free.isEmpty else { break }
            representatives.append(free[first(free.map { -nearest($0, representatives) })])
        }
    }

    private func distance(_ a: Int, _ b: Int) -> Double {
        let square = products[a * count + a] + products[b * count + b] - 2 * products[a * count + b]
        return square > tolerance ? square : 0
    }

    private func distance(_ point: Int, _ own: [Int], _ spread: Double) -> Double {
        guard !own.isEmpty else { return .infinity }
        let cross = own.reduce(0) { $0 + products[point * count + $1] } / Double(own.count)
        return products[point * count + point] - 2 * cross + spread
    }

    /// The square of a centre's length.
    private func spread(_ own: [Int]) -> Double {
        let all = own.reduce(0.0) { sum, i in own.reduce(sum) { $0 + products[i * count + $1] } }
        return own.isEmpty ? 0 : all / Double(own.count * own.count)
    }

    private func nearest(_ point: Int, _ others: [Int]) -> Double {
        others.map { distance(point, $0) }.min() ?? .infinity
    }

    /// Points by the cluster that is nearest, the first of equals.
    private func assigned(
        _ clusters: Int, _ distance: (_ point: Int, _ cluster: Int) -> Double
    ) -> [[Int]] {
        var members = [[Int]](repeating: [], count: clusters)
        for point in 0..<count {
            members[first((0..<clusters).map { distance(point, $0) })].append(point)
        }
        return members
    }

    /// The place of the least, the first of equals.
    private func first(_ squares: [Double]) -> Int {
        let least = squares.min() ?? 0
        return squares.firstIndex { $0 <= least + tolerance } ?? 0
    }

    /// k-means++: each next seed with a probability that grows with the square of its distance.
    private func seeded(_ clusters: Int, _ generator: SplitMix64) -> [Int] {
        var generator = generator
        var seeds = [generator.index(below: count)]
        var nearest = (0..<count).map { distance($0, seeds[0]) }
        while seeds.count < clusters {
            let total = nearest.reduce(0, +)
            var draw = Double(generator.uniform()) * total
            var chosen = nearest.indices.filter { !seeds.contains($0) }.last ?? 0
            for point in nearest.indices where nearest[point] > 0 {
                draw -= nearest[point]
                if draw <= 0 {
                    chosen = point
                    break
                }
            }
            seeds.append(chosen)
            for point in nearest.indices {
                nearest[point] = min(nearest[point], distance(point, chosen))
            }
        }
        return seeds
    }
}
