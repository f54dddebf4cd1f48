/// Why official weights cannot be had: one sentence for people, and a kind for the caller.
package struct OfficialWeightsError: Error, Equatable, CustomStringConvertible {
    package enum Kind: Sendable {
        /// No answer from the server: offline, a wrong address, a silent server.
        case unreachable
        /// The server answered, but not with the file.
        case refused
        /// The connection ended early; what came is kept.
        case cutOff
        /// Asked to stop; what came is kept.
        case interrupted
        /// The bytes are not those of the file.
        case damaged
        /// The disk or the cache folder refuses.
        case storage
        /// The environment names something unusable.
        case settings
        /// The partial file does not go with what the server holds; a fresh start helps.
        case stale
    }

    package let kind: Kind
    package let description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
