import ArgumentParser

/// The options that this call names, whatever their values: what tells one that was given its default from one that was
/// left out.
struct GivenOptions {
    private let names: Set<String>

    /// Of this process.
    static let all = GivenOptions(Array(CommandLine.arguments.dropFirst()))

    init(_ words: [String]) {
        names = Set(
            words.prefix { $0 != "--" }.filter { $0.hasPrefix("--") }.map {
                String($0.prefix { $0 != "=" })
            })
    }

    func contains(_ option: String) -> Bool { names.contains(option) }

    /// Refuses those of some options that were given: nothing would read them.
    ///
    /// - Parameter reason: a clause: "JSON has all pairs".
    func refuse(_ options: [String], _ reason: String) throws {
        let found = options.filter(names.contains)
        guard !found.isEmpty else { return }
        throw ValidationError(
            "\(found.joined(separator: ", ")): \(reason); leave \(found.count == 1 ? "it" : "them") out"
        )
    }
}
