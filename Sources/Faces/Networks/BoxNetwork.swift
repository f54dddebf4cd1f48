import CFaces

/// A network that looks at one box at a time: the second and third of the cascade.
protocol BoxNetwork: Sendable {
    /// Height and width of its input.
    static var side: Int { get }

    /// Its outputs for `maps.input`: logits of no face and face, four offsets, and what else it knows.
    ///
    /// Valid until the next call with the same maps.
    func callAsFunction(_ maps: BoxMaps, _ kernels: wf_kernels) -> UnsafePointer<Float>
}

/// A network's input, and two maps that its layers use in turn: one box fits the processor's cache.
final class BoxMaps {
    let input = FeatureRows()
    let first = FeatureRows()
    let second = FeatureRows()
}
