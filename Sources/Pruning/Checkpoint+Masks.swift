import Networks
import Torch

extension Checkpoint {
    /// The masks of the file; nil when nothing was pruned.
    ///
    /// - Throws: `PruningError` for a value other than 0 and 1.
    package func pruningMasks() throws -> Masks? {
        guard !masks.names.isEmpty else { return nil }
        return try Masks(
            entries: masks.entries.map { (Masks.prefix + $0.name, try $0.tensor.to(dtype: .uint8)) })
    }
}
