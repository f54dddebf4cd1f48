/// One way in which a study is smaller than the paper's.
package struct Reduction: Sendable, Hashable, Codable {
    package enum Kind: Sendable, Hashable, Codable {
        /// Pixels, and the paper's.
        case size(Int, paper: Int)
        /// Epochs by protocol, and the paper's.
        case epochs([Epochs], paper: Int)
        case batch(Int, rate: Double, paperBatch: Int, paperRate: Double)
        case seeds(Int)
        /// Experiments that are not run under a protocol.
        case notRun(protocolName: String, experiments: [String])
        /// Experiments left out because an architecture has no pretrained weights here.
        case noWeights(architecture: String, experiments: [String])
        /// Anything else, in words.
        case other(String)
    }

    /// Epochs under one protocol, and what a training picture grows to.
    package struct Epochs: Sendable, Hashable, Codable {
        package let protocolName: String
        package let epochs: Int
        package let copies: Int

        package init(protocolName: String, epochs: Int, copies: Int) {
            (self.protocolName, self.epochs, self.copies) = (protocolName, epochs, copies)
        }
    }

    package let kind: Kind

    package init(_ kind: Kind) { self.kind = kind }

    /// A phrase alone is one in words: study files written by hand have such.
    package init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            kind = .other(text)
        } else {
            kind = try Kind(from: decoder)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        if case .other(let text) = kind {
            var container = encoder.singleValueContainer()
            try container.encode(text)
        } else {
            try kind.encode(to: encoder)
        }
    }

    /// One phrase.
    package var text: String {
        switch kind {
        case .size(let size, let paper): "\(size) px instead of \(paper)"
        case .epochs(let all, let paper): Self.text(all, paper)
        case .batch(let batch, let rate, let paperBatch, let paperRate):
            "batch \(batch) and rate \(rate) instead of \(paperBatch) and \(paperRate)"
        case .seeds(let count): count == 1 ? "1 seed" : "\(count) seeds"
        case .notRun(let name, let experiments):
            "not run under \(name): \(experiments.joined(separator: ", "))"
        case .noWeights(let architecture, let experiments):
            "left out for want of pretrained weights for \(architecture): "
                + experiments.joined(separator: ", ")
        case .other(let text): text
        }
    }

    private static func text(_ all: [Epochs], _ paper: Int) -> String {
        let first = all.first?.epochs ?? paper
        let others = all.dropFirst().filter { $0.epochs != first }.map {
            "\($0.protocolName) \($0.epochs)" + ($0.copies > 1 ? ", on \($0.copies) copies" : "")
        }
        let aside = others.isEmpty ? "" : " (\(others.joined(separator: "; ")))"
        return "\(first) epochs\(aside) instead of \(paper)"
    }
}
