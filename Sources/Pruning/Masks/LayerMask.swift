/// Which elements of one named tensor are kept: a 0/1 tensor, a byte an element.
package struct LayerMask: Sendable, Equatable {
    /// What a masked tensor is for; the rank tells.
    package enum Role: Sendable, CaseIterable {
        /// Weights [out, in, k, k]: densities are quoted over these.
        case convolution
        /// Weights [out, in] of a linear layer.
        case classifier
        /// Scales or shifts [channels], a batch norm's.
        case channel
    }

    /// The parameter's name, as torchvision's.
    package let name: String
    /// The parameter's shape.
    package let shape: [Int]
    /// Row-major: 1 for kept, 0 for pruned.
    package let bytes: [UInt8]
    /// How many are kept.
    package let kept: Int

    /// Checks and counts.
    ///
    /// - Throws: `PruningError` when `bytes` does not fill `shape` or holds anything but 0 and 1.
    package init(name: String, shape: [Int], bytes: [UInt8]) throws {
        let total = Self.elements(of: shape)
        guard let total, total == bytes.count else {
            throw PruningError("mask of '\(name)': \(bytes.count) elements do not fill \(shape)")
        }
        var kept = 0
        var all: UInt8 = 0
        for byte in bytes {
            kept &+= Int(byte)
            all |= byte
        }
        guard all <= 1 else {
            let wrong = bytes.firstIndex { $0 > 1 }.map { ", at index \($0)" } ?? ""
            throw PruningError("mask of '\(name)' holds something other than 0 and 1\(wrong)")
        }
        self.name = name
        self.shape = shape
        self.bytes = bytes
        self.kept = kept
    }

    /// Number of elements; nil for a shape that no tensor has.
    private static func elements(of shape: [Int]) -> Int? {
        var total = 1
        for size in shape {
            let (product, overflow) = total.multipliedReportingOverflow(by: size)
            guard size >= 0, !overflow else { return nil }
            total = product
        }
        return total
    }

    package var role: Role {
        switch shape.count {
        case 4: .convolution
        case 2: .classifier
        default: .channel
        }
    }

    /// Kept and total, exactly.
    package var density: Density { Density(kept: kept, total: bytes.count) }

    /// What both keep.
    ///
    /// - Throws: `PruningError` when the shapes differ.
    package func intersection(_ other: LayerMask) throws -> LayerMask {
        guard shape == other.shape else {
            throw PruningError("masks of '\(name)' have shapes \(shape) and \(other.shape)")
        }
        return try LayerMask(
            name: name, shape: shape, bytes: zip(bytes, other.bytes).map { $0 & $1 })
    }
}

/// How much is kept of how many.
package struct Density: Sendable, Hashable, Codable {
    package let kept: Int
    package let total: Int

    package init(kept: Int, total: Int) {
        self.kept = kept
        self.total = total
    }

    package var pruned: Int { total - kept }
    /// Kept over total; 1 when there is nothing.
    package var fraction: Double { total == 0 ? 1 : Double(kept) / Double(total) }

    package static func + (a: Density, b: Density) -> Density {
        Density(kept: a.kept + b.kept, total: a.total + b.total)
    }
}
