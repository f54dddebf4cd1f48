/// Where the pretrained weights of an architecture came from.
package struct StartSource: Codable, Sendable, Equatable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        /// torchvision's ImageNet file.
        case official
        /// The file that comes with Winnow.
        case bundled
        /// Another file.
        case file
        /// Trained in the study itself, on another question about its training pictures.
        case ownTask = "own task"
    }

    package var architecture: String
    package var kind: Kind
    /// SHA-256 of the file; nil for `ownTask`.
    package var hash: String?
    /// What they were trained to tell, and on what, in words; nil where that is not known.
    package var task: String?
    /// Share right on pictures kept back, 0 to 1, lowest and highest; nil where that is not known.
    package var heldOut: [Double]?

    package init(
        architecture: String, kind: Kind, hash: String? = nil, task: String? = nil,
        heldOut: [Double]? = nil
    ) {
        (self.architecture, self.kind, self.hash) = (architecture, kind, hash)
        (self.task, self.heldOut) = (task, heldOut)
    }

    /// Whether they stand in for ImageNet's.
    package var isSubstitute: Bool { kind != .official }

    /// `Start weights: resnet18, ImageNet (SHA-256 5c106cde386e)`.
    package var text: String {
        let hashed = hash.map { " (SHA-256 \($0.prefix(12)))" } ?? ""
        let what = task.map { ": \($0)" } ?? ""
        switch kind {
        case .official: return "Start weights: \(architecture), ImageNet\(hashed)"
        case .bundled:
            return "Start weights: \(architecture), those that come with Winnow\(hashed)\(what); a "
                + "substitute for ImageNet's"
        case .file:
            return "Start weights: \(architecture), a file of your own\(hashed)\(what): not the "
                + "official ImageNet file, a substitute for it"
        case .ownTask:
            let right = heldOut.map { "; \(Self.range($0))% right on pictures kept back" } ?? ""
            return "SUBSTITUTE start weights: \(architecture) NOT pretrained on ImageNet but in "
                + "the study itself\(task.map { " " + $0 } ?? "")\(right). With ImageNet's weights expect other numbers."
        }
    }

    private static func range(_ shares: [Double]) -> String {
        let points = shares.map { Int((100 * $0).rounded()) }
        let (low, high) = (points.min() ?? 0, points.max() ?? 0)
        return low == high ? "\(low)" : "\(low)-\(high)"
    }
}
