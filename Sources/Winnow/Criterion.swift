import Pruning

/// Says which weights or filters matter least.
///
/// One of one's own is a name and a function:
///
///     let short = Criterion("filter-norm", scoringFilters: { layer in
///         layer.filters.map { $0.reduce(0) { $0 + $1 * $1 } }
///     })
public struct Criterion: Sendable {
    package let inner: Pruning.Criterion

    /// One layer, as a criterion sees it.
    public struct Layer {
        /// The parameter's name.
        public let name: String
        /// [out, in, k, k] of a convolution, [out, in] of a linear layer.
        public let shape: [Int]
        /// Row-major; what is pruned already is zero.
        public let weights: [Float]
        private let context: PruningContext

        fileprivate init(_ layer: LayerWeights, _ context: PruningContext) {
            (name, shape, weights) = (layer.name, layer.shape, layer.values)
            self.context = context
        }

        /// The weights of each output channel.
        public var filters: [ArraySlice<Float>] {
            let size = shape.dropFirst().reduce(1, *)
            return (0..<(shape.first ?? 0)).map { weights[($0 * size)..<(($0 + 1) * size)] }
        }

        /// The gradient of the mean loss over the pictures, for each weight.
        public func gradients() throws -> [Float] { try context.gradients(name).mean }

        /// Mean and variance of what each filter of a convolution puts out on the pictures.
        public func activations() throws -> (means: [Double], variances: [Double]) {
            let gram = try context.activations(name)
            let means = gram.sums.map { $0 / gram.count }
            return (
                means,
                means.indices.map {
                    gram.products[$0 * gram.filters + $0] / gram.count - means[$0] * means[$0]
                }
            )
        }
    }

    private init(_ inner: Pruning.Criterion) { self.inner = inner }

    /// A criterion that scores single weights: one number for each, compared by magnitude, the smallest go
    /// first.
    ///
    /// - Parameters:
    ///   - name: for messages and files.
    ///   - looksAtPictures: whether it asks for gradients or activations.
    ///   - score: of one layer.
    public init(
        _ name: String, looksAtPictures: Bool = false,
        scoringWeights score: @escaping @Sendable (Layer) throws -> [Float]
    ) {
        inner = Pruning.Criterion(
            name: name, summary: name, source: "own", element: .weights,
            needs: looksAtPictures ? [.pictures] : []
        ) { layer, context, _ in .weights(try score(Layer(layer, context))) }
    }

    /// A criterion that scores filters: one number for each, the smallest go first; nil for one that takes no
    /// part. Filters go whole, with their batch norm's scale and shift.
    public init(
        _ name: String, looksAtPictures: Bool = false,
        scoringFilters score: @escaping @Sendable (Layer) throws -> [Double?]
    ) {
        inner = Pruning.Criterion(
            name: name, summary: name, source: "own", element: .filters,
            needs: looksAtPictures ? [.pictures] : []
        ) { layer, context, _ in .filters(try score(Layer(layer, context))) }
    }

    /// Its name.
    public var name: String { inner.name }
    /// One line.
    public var summary: String { inner.summary }

    /// Absolute values: weights.
    public static let magnitude = Criterion(.magnitude)
    /// At random: weights.
    public static let random = Criterion(.random)
    /// Distinctiveness by weights: filters that point where an earlier one does.
    public static let weightAngle = Criterion(.weightAngle)
    /// Distinctiveness by activations: filters that put out what an earlier one does.
    public static let activationAngle = Criterion(.activationAngle)

    /// Correlation: channels that least squares predicts from those that stay. The others by name: `named`.
    public static let correlation = Criterion(.correlation)

    /// One that comes with Winnow, by its name (`l2-norm`, `taylor`; docs/pruning.md lists them).
    ///
    /// - Throws: `WinnowError` with the name that was probably meant.
    public static func named(_ name: String) throws -> Criterion {
        try WinnowError.wrapping { Criterion(try Pruning.Criterion.named(name)) }
    }

    /// Those that come with Winnow.
    public static var all: [Criterion] { Pruning.Criterion.all.map(Criterion.init) }
}
