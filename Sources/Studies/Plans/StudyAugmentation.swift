import Datasets
import Foundation
import Generating
import Training

extension StudyProtocol {
    /// How training pictures are varied anew in each epoch, and what is added to them: `none`, `flip`, `fresh`,
    /// `generated(share: 0.5)`, `generated(share: 0.5, by: gan)`, `repeated(share: 0.5)`.
    package enum Augmentation: Codable, Sendable, Hashable {
        case none
        case flip
        /// Flip, shift-scale-rotate, blur, brightness and contrast.
        case fresh
        /// Flip; a share of the pictures of an epoch is added, in the proportions of the classes.
        case added(AddedPictures)

        package var policy: AugmentationPolicy? {
            switch self {
            case .none: nil
            case .flip, .added: .flipOnly
            case .fresh: AugmentationPolicy(.fresh)
            }
        }

        /// What is added; nil for most.
        package var added: AddedPictures? {
            if case .added(let added) = self { added } else { nil }
        }

        /// As studies' files have it.
        package var words: String {
            switch self {
            case .none: "none"
            case .flip: "flip"
            case .fresh: "fresh"
            case .added(let added): added.words
            }
        }

        package init?(words: String) {
            switch words {
            case "none": self = .none
            case "flip": self = .flip
            case "fresh": self = .fresh
            default:
                guard let added = AddedPictures(words: words) else { return nil }
                self = .added(added)
            }
        }

        package init(from decoder: any Decoder) throws {
            let values = try decoder.singleValueContainer()
            let text = try values.decode(String.self)
            guard let known = Self(words: text) else {
                throw DecodingError.dataCorruptedError(
                    in: values, debugDescription: "no augmentation '\(text)'")
            }
            self = known
        }

        package func encode(to encoder: any Encoder) throws {
            var values = encoder.singleValueContainer()
            try values.encode(words)
        }
    }
}

/// Pictures that a training part grows by.
package struct AddedPictures: Codable, Sendable, Hashable {
    /// Of all pictures of an epoch, the share that is added: above 0, below 1.
    package let share: Double
    /// What makes them; nil for the training part's own pictures a second time, which is the control.
    package let kind: GeneratorSettings.Kind?

    package init(share: Double, by kind: GeneratorSettings.Kind?) {
        (self.share, self.kind) = (share, kind)
    }

    /// `generated(share: 0.5)`, `generated(share: 0.5, by: gan)`, `repeated(share: 0.5)`.
    package var words: String {
        switch kind {
        case nil: "repeated(share: \(share))"
        case .vae: "generated(share: \(share))"
        case .gan: "generated(share: \(share), by: gan)"
        }
    }

    init?(words: String) {
        let pattern = /(generated|repeated)\(share: (0\.[0-9]{1,6})(?:, by: (vae|gan))?\)/
        guard let match = words.wholeMatch(of: pattern), let share = Double(match.output.2),
            share > 0
        else { return nil }
        let named = match.output.3.flatMap { GeneratorSettings.Kind(rawValue: String($0)) }
        if match.output.1 == "repeated" {
            guard named == nil else { return nil }
            self.init(share: share, by: nil)
        } else {
            self.init(share: share, by: named ?? .vae)
        }
    }
}
