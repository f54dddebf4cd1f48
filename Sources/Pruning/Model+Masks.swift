import Models

extension Model {
    /// The masks of the file; nil when nothing was pruned.
    ///
    /// - Throws: `PruningError` for a value other than 0 and 1.
    package func pruningMasks() throws -> Masks? {
        try masks.names.isEmpty ? nil : Masks(tensors: masks)
    }
}
