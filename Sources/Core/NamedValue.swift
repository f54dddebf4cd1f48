/// A value of a list, such as a criterion: told apart, hashed and kept in files by its name alone.
package protocol NamedValue: Hashable, Codable, Sendable {
    var name: String { get }
    /// - Throws: what says which names there are.
    static func named(_ name: String) throws -> Self
}

extension NamedValue {
    package static func == (a: Self, b: Self) -> Bool { a.name == b.name }

    package func hash(into hasher: inout Hasher) { hasher.combine(name) }

    package init(from decoder: any Decoder) throws {
        self = try .named(decoder.singleValueContainer().decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}
