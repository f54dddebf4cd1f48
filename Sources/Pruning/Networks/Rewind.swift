import Models
import Torch

/// Puts the surviving weights back to an earlier checkpoint: mask + rewound weights = ticket
/// (Frankle & Carbin 2018; on a pretrained network, paper section 3.4).
package enum Rewind {
    /// The ticket: everything as in the checkpoint to the last bit (batch norm's parameters, running
    /// statistics and count of batches too, and the classifier, which is the one that was drawn before any
    /// training), pruned weights +0.
    ///
    /// - Returns: New memory: training the ticket does not change the checkpoint.
    /// - Throws: `PruningError` when the masks do not fit the checkpoint.
    package static func apply(
        _ masks: Masks, to checkpoint: StateDictionary
    ) throws -> StateDictionary {
        let ticket = try checkpoint.copied()
        try masks.apply(to: ticket)
        return ticket
    }

    /// Checks, bit by bit, that a ticket is what `apply` makes of the same arguments.
    ///
    /// - Throws: `PruningError` that names the first tensor that is not, and where.
    package static func verify(
        _ ticket: StateDictionary, masks: Masks, checkpoint expected: StateDictionary
    ) throws {
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
