import Networks
import Torch

/// Puts the surviving weights back to an earlier checkpoint: mask + rewound weights = ticket
/// (Frankle & Carbin 2018; on a pretrained network, paper section 3.4).
package enum Rewind {
    /// A classifier to start from, stored before any training.
    package typealias Classifier = (weight: Tensor, bias: Tensor)

    /// The ticket: everything as in the checkpoint to the last bit (batch norm's parameters,
    /// running statistics and count of batches too), pruned weights +0, the classifier as it was
    /// first stored.
    ///
    /// - Parameter initialClassifier: becomes `fc.weight` and `fc.bias`; nil keeps the checkpoint's
    ///   own.
    /// - Returns: New memory: training the ticket changes neither the checkpoint nor the
    ///   classifier.
    /// - Throws: `PruningError` when masks or classifier do not fit the checkpoint.
    package static func apply(
        _ masks: Masks, to checkpoint: StateDictionary, initialClassifier: Classifier?
    ) throws -> StateDictionary {
        let ticket = try replacing(initialClassifier, in: checkpoint).copied()
        try masks.apply(to: ticket)
        return ticket
    }

    /// Checks, bit by bit, that a ticket is what `apply` makes of the same arguments.
    ///
    /// - Throws: `PruningError` that names the first tensor that is not, and where.
    package static func verify(
        _ ticket: StateDictionary, masks: Masks, checkpoint: StateDictionary,
        initialClassifier: Classifier?
    ) throws {
        let expected = try replacing(initialClassifier, in: checkpoint)
        for name in expected.names where ticket[name] == nil {
            throw PruningError("the ticket has no '\(name)', which the checkpoint has")
        }
        if let extra = ticket.names.first(where: { expected[$0] == nil }) {
            throw PruningError("the ticket has '\(extra)', which the checkpoint does not have")
        }
        if let stray = masks.layers.first(where: { expected[$0.name] == nil }) {
            throw PruningError("the masks name '\(stray.name)', which the checkpoint does not have")
        }
        for (name, tensor) in expected.entries {
            try compare(name, ticket.require(name), tensor, masks[name])
        }
    }

    /// The checkpoint (the same tensors, not copies) with another classifier.
    private static func replacing(
        _ classifier: Classifier?, in checkpoint: StateDictionary
    ) throws -> StateDictionary {
        guard let classifier else { return checkpoint }
        let (weight, bias) = (classifier.weight.shape, classifier.bias.shape)
        guard weight.count == 2, bias == [weight[0]] else {
            throw PruningError("the classifier's weight is \(weight) and its bias \(bias)")
        }
        if let old = checkpoint["fc.weight"]?.shape, old.count == 2, old[1] != weight[1] {
            throw PruningError(
                "the classifier reads \(weight[1]) features, the checkpoint's has \(old[1])")
        }
        var state = checkpoint
        state["fc.weight"] = classifier.weight
        state["fc.bias"] = classifier.bias
        return state
    }

    private static func compare(
        _ name: String, _ found: Tensor, _ expected: Tensor, _ mask: LayerMask?
    ) throws {
        guard found.shape == expected.shape, found.dtype == expected.dtype else {
            throw PruningError(
                "'\(name)' of the ticket is \(found.dtype) \(found.shape), of the checkpoint "
                    + "\(expected.dtype) \(expected.shape)")
        }
        if let mask, mask.shape != expected.shape {
            throw PruningError("'\(name)' is \(expected.shape), its mask \(mask.shape)")
        }
        if try mask == nil && found.isBitwiseEqual(to: expected) { return }
        let width = expected.dtype.byteCount
        let differences = try differences(
            found.bytes(), expected.bytes(), width: width, mask?.bytes)
        guard let first = differences.first else { return }
        throw PruningError(
            "'\(name)' of the ticket is not the checkpoint's: \(differences.count) of "
                + "\(expected.count) elements differ in some bit, the first at \(first)"
                + (mask?.bytes[first] == 0 ? " (pruned, so it must be +0)" : ""))
    }

    /// Indices of the elements that differ from what is expected; where the mask is 0, zero bits
    /// are.
    private static func differences(
        _ found: [UInt8], _ expected: [UInt8], width: Int, _ mask: [UInt8]?
    ) -> [Int] {
        found.withUnsafeBufferPointer { found in
            expected.withUnsafeBufferPointer { expected in
                (0..<(found.count / width)).filter { index in
                    let keep: UInt8 = mask.map { $0[index] == 0 ? 0 : 0xff } ?? 0xff
                    var difference: UInt8 = 0
                    for byte in (index * width)..<((index + 1) * width) {
                        difference |= found[byte] ^ (expected[byte] & keep)
                    }
                    return difference != 0
                }
            }
        }
    }
}
