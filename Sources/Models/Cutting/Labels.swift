/// Which channel each element of a tensor belongs to, as numbers over a shape that broadcasts.
///
/// The output of a convolution, [N, C, H, W], has labels over [1, C, 1, 1]: an element's channel does
/// not depend on picture or pixel. Reshaped to heads, [N, T, h, d], the labels lie over [1, 1, h, d].
/// So labels go through reshape, transpose, concat and slice as any tensor does, and a channel can be
/// followed through a channel shuffle or into attention heads without knowing either.
struct Labels: Equatable {
    /// As long as the tensor's shape; 1 where the label does not depend on the dimension.
    var shape: Shape
    /// Row-major over `shape`; `none` where no channel was met.
    var ids: [Int32]

    /// No channel: pictures, scalars.
    static let none: Int32 = -1
    /// A channel that stays: classes, colours.
    static let fixed: Int32 = 0

    init(shape: Shape, ids: [Int32]) {
        precondition(shape.reduce(1, *) == ids.count)
        self.shape = shape
        self.ids = ids
    }

    /// Labels that depend on nothing.
    init(rank: Int, _ id: Int32 = none) {
        self.init(shape: [Int](repeating: 1, count: rank), ids: [id])
    }

    /// Labels along one dimension alone.
    init(rank: Int, dim: Int, ids: [Int32]) {
        var shape = [Int](repeating: 1, count: rank)
        shape[dim] = ids.count
        self.init(shape: shape, ids: ids)
    }

    var isEmpty: Bool { ids.allSatisfy { $0 == Self.none } }

    /// Dimensions that the labels depend on.
    var dims: [Int] { shape.indices.filter { shape[$0] > 1 } }

    /// Distance between neighbours along each dimension; 0 where the label does not depend on it.
    static func strides(_ shape: Shape) -> [Int] {
        var strides = [Int](repeating: 0, count: shape.count)
        var step = 1
        for dim in shape.indices.reversed() {
            if shape[dim] > 1 { strides[dim] = step }
            step *= shape[dim]
        }
        return strides
    }

    /// Labels over a larger shape, repeated along dimensions of size 1.
    func expanded(to target: Shape) -> Labels {
        if target == shape { return self }
        let padded = [Int](repeating: 1, count: target.count - shape.count) + shape
        var ids: [Int32] = []
        ids.reserveCapacity(target.reduce(1, *))
        Self.walk(target, Self.strides(padded)) { ids.append(self.ids[$0]) }
        return Labels(shape: target, ids: ids)
    }

    /// Dimensions in another order.
    func permuted(_ order: [Int]) -> Labels {
        let strides = Self.strides(shape)
        var ids: [Int32] = []
        ids.reserveCapacity(self.ids.count)
        let target = order.map { shape[$0] }
        Self.walk(target, order.map { strides[$0] }) { ids.append(self.ids[$0]) }
        return Labels(shape: target, ids: ids)
    }

    /// The entries `index` along one dimension; all are the same where the label does not depend on it.
    func selecting(_ index: [Int], dim: Int) -> Labels {
        guard shape[dim] > 1 else { return self }
        var target = shape
        target[dim] = index.count
        let inner = shape[(dim + 1)...].reduce(1, *)
        let outer = shape[..<dim].reduce(1, *)
        var ids: [Int32] = []
        ids.reserveCapacity(outer * inner * index.count)
        for block in 0..<outer {
            for entry in index {
                let start = (block * shape[dim] + entry) * inner
                ids.append(contentsOf: self.ids[start..<start + inner])
            }
        }
        return Labels(shape: target, ids: ids)
    }

    /// Without the dimensions along which all labels are the same.
    func compact(_ root: (Int32) -> Int32) -> Labels {
        var labels = self
        for dim in shape.indices where labels.shape[dim] > 1 {
            let first = labels.selecting([0], dim: dim)
            let whole = first.expanded(to: labels.shape)
            if zip(labels.ids, whole.ids).allSatisfy({ $0 == $1 || root($0) == root($1) }) {
                labels = first
            }
        }
        return labels
    }

    /// Calls `body` with the offset of each element of `shape`, row-major.
    static func walk(_ shape: Shape, _ strides: [Int], _ body: (Int) -> Void) {
        guard !shape.contains(0) else { return }
        var index = [Int](repeating: 0, count: shape.count)
        var offset = 0
        while true {
            body(offset)
            var dim = shape.count - 1
            while dim >= 0 {
                index[dim] += 1
                offset += strides[dim]
                if index[dim] < shape[dim] { break }
                offset -= strides[dim] * shape[dim]
                index[dim] = 0
                dim -= 1
            }
            if dim < 0 { return }
        }
    }
}
