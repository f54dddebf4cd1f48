/// What moves together: labels of every value, and which labels are one channel.
///
/// Operators' coupling rules go over the graph once in order. Where a parameter meets a channel (the
/// rows of a convolution's weight, the scale of a batch norm) their labels are joined; where channels
/// are added, they are joined with each other; where they are stacked, they stay apart.
struct Coupling {
    private let shapes: [String: Shape]
    private let parameters: Set<String>
    /// Labels of values; of parameters that are used as values too.
    private(set) var values: [String: Labels] = [:]
    /// Labels of parameters along single dimensions: name, then dimension.
    private(set) var axes: [String: [Int: [Int32]]] = [:]
    /// Channels whose number a layer norm divides by: cutting one changes what the others become.
    private(set) var averaged: [Int32] = []
    /// Union-find over labels; 0 is `Labels.fixed`.
    private var parents: [Int32] = [0]

    init(_ graph: Graph, shapes: [String: Shape]) {
        self.shapes = shapes
        parameters = Set(graph.parameters.map(\.name))
        for input in graph.inputs {
            values[input.name] = Labels(rank: shapes[input.name]?.count ?? 0)
        }
    }

    // MARK: labels

    func root(_ id: Int32) -> Int32 {
        guard id >= 0 else { return id }
        var id = id
        while parents[Int(id)] != id { id = parents[Int(id)] }
        return id
    }

    mutating func fresh(_ count: Int) -> [Int32] {
        let first = Int32(parents.count)
        let ids = (0..<Int32(count)).map { first + $0 }
        parents += ids
        return ids
    }

    /// Makes two labels one channel; the lower number stands for both, so a fixed one wins.
    mutating func join(_ a: Int32, _ b: Int32) {
        guard a >= 0, b >= 0 else { return }
        let (x, y) = (find(a), find(b))
        if x != y { parents[Int(max(x, y))] = min(x, y) }
    }

    /// `root`, which halves the path that it walks.
    private mutating func find(_ id: Int32) -> Int32 {
        var id = Int(id)
        while parents[id] != id {
            parents[id] = parents[Int(parents[id])]
            id = Int(parents[id])
        }
        return Int32(id)
    }

    mutating func join(_ a: [Int32], _ b: [Int32]) {
        for (x, y) in zip(a, b) { join(x, y) }
    }

    mutating func fix(_ ids: [Int32]) {
        for id in ids { join(id, Labels.fixed) }
    }

    mutating func average(_ ids: [Int32]) { averaged += Set(ids.map { root($0) }) }

    // MARK: values and parameters

    func isParameter(_ name: String) -> Bool { parameters.contains(name) }

    func shape(_ name: String) throws -> Shape {
        guard let shape = shapes[name] else { throw NetworkError("no shape for '\(name)'") }
        return shape
    }

    /// The labels of a value; a parameter used as a value gets one for each element.
    mutating func labels(_ name: String) throws -> Labels {
        if let known = values[name] { return known }
        let shape = try shape(name)
        let count = shape.reduce(1, *)
        guard isParameter(name) else { throw NetworkError("no labels for '\(name)'") }
        guard count > 1 else { return Labels(rank: shape.count) }
        guard count <= 1 << 24 else {
            throw NetworkError("the parameter '\(name)' \(shape) is too large to be cut as a value")
        }
        let labels = Labels(shape: shape, ids: fresh(count))
        values[name] = labels
        return labels
    }

    mutating func set(_ name: String, _ labels: Labels) {
        values[name] = labels.compact { root($0) }
    }

    /// Labels of a parameter that is used as a value.
    mutating func setParameter(_ name: String, _ labels: Labels) { values[name] = labels }

    /// The labels of a parameter along one dimension.
    mutating func axis(_ name: String, _ dim: Int) throws -> [Int32] {
        if let known = axes[name]?[dim] { return known }
        let ids = fresh(try shape(name)[dim])
        axes[name, default: [:]][dim] = ids
        return ids
    }

    /// Labels along one dimension of a value, those of the other dimensions joined; fixed where the
    /// value has none.
    mutating func vector(_ name: String, dim: Int) throws -> [Int32] {
        let (labels, shape) = (try labels(name), try shape(name))
        let inner = labels.shape[(dim + 1)...].reduce(1, *)
        let size = labels.shape[dim]
        var ids = (0..<size).map { labels.ids[$0 * inner] }
        for (place, id) in labels.ids.enumerated() { join(ids[place / inner % size], id) }
        ids = ids.map { $0 == Labels.none ? Labels.fixed : $0 }
        guard size == 1, shape[dim] > 1 else { return ids }
        fix(ids)
        return [Int32](repeating: Labels.fixed, count: shape[dim])
    }
}
