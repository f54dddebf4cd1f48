import Foundation

/// JSON that is the same bytes for the same value: keys sorted, so that it can be hashed and compared.
///
///     let id = ContentHash.sha256(try CanonicalJSON.line.encode(stage))
package struct CanonicalJSON: Sendable {
    private let formatting: JSONEncoder.OutputFormatting
    /// What stands for NaN, beside "inf" and "-inf"; nil: numbers that are none are refused.
    private let nan: String?

    /// On one line, no spaces: what identities are hashed from, and what travels in other files.
    package static let line = CanonicalJSON([.sortedKeys, .withoutEscapingSlashes])
    /// For people: indented, a key a line, and a newline at the end of `document`.
    package static let page = CanonicalJSON([
        .sortedKeys, .prettyPrinted, .withoutEscapingSlashes,
    ])
    /// On one line, with `/` written `\/`: for identities and files that were first written so.
    package static let escapedLine = CanonicalJSON(.sortedKeys)

    private init(_ formatting: JSONEncoder.OutputFormatting, nan: String? = nil) {
        (self.formatting, self.nan) = (formatting, nan)
    }

    /// The same, with infinities as the texts "inf" and "-inf" and NaN as `nan`.
    package func naming(nan: String) -> CanonicalJSON { CanonicalJSON(formatting, nan: nan) }

    /// - Throws: `EncodingError` for a number that JSON does not have, unless it is named.
    package func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting
        if let nan {
            encoder.nonConformingFloatEncodingStrategy = .convertToString(
                positiveInfinity: "inf", negativeInfinity: "-inf", nan: nan)
        }
        return try encoder.encode(value)
    }

    /// The same with a newline: a file, or a line of one.
    package func document(_ value: some Encodable) throws -> Data {
        try encode(value) + Data("\n".utf8)
    }

    /// The same as text.
    package func text(_ value: some Encodable) throws -> String {
        String(decoding: try encode(value), as: UTF8.self)
    }
}
