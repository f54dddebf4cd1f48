/// What a cut must leave alone.
package struct CuttingOptions: Sendable, Equatable {
    /// Parameters or layers (`conv1`, `layer2.0`) whose tensors keep their sizes.
    package var ignore: [String]
    /// Widths stay multiples of this: fewer channels go.
    package var roundTo: Int
    /// Whether a constant may be folded into a padded convolution, which changes the outputs at the
    /// picture's edge.
    package var borders: Bool

    package init(ignore: [String] = [], roundTo: Int = 1, borders: Bool = false) {
        (self.ignore, self.roundTo, self.borders) = (ignore, roundTo, borders)
    }
}

extension ChannelGroups {
    /// The part of a selection that may go: nothing of what is ignored, so many that widths are
    /// multiples, and never all channels of a group.
    ///
    /// Of those that have to stay, the first do.
    /// - Throws: `NetworkError` for a name that no parameter has.
    package func limited(
        _ selection: Cut.Selection, by options: CuttingOptions
    ) throws -> Cut.Selection {
        guard options.roundTo >= 1 else {
            throw NetworkError("widths as multiples of \(options.roundTo); expected 1 or more")
        }
        let ignored = try parameters(of: options.ignore)
        var limited: Cut.Selection = [:]
        for (index, chosen) in selection where !chosen.isEmpty {
            guard groups[index].parameters.isDisjoint(with: ignored) else { continue }
            let left = groups[index].left(after: chosen.count, multiple: options.roundTo)
            limited[index] = Set(chosen.sorted().suffix(groups[index].channels.count - left))
        }
        return limited
    }

    /// The parameters that names stand for: a parameter's own, or a path before its last parts.
    private func parameters(of names: [String]) throws -> Set<String> {
        let all = graph.parameters.map(\.name)
        var found: Set<String> = []
        for name in names {
            let own = all.filter { $0 == name || $0.hasPrefix(name + ".") }
            guard !own.isEmpty else {
                let some = groups.prefix(6).map(\.name).joined(separator: ", ")
                throw NetworkError(
                    "no layer or parameter is named '\(name)'; there are, for example, \(some)")
            }
            found.formUnion(own)
        }
        return found
    }
}

extension ChannelGroup {
    /// How many channels stay when `count` shall go: one at least, and each tensor's share of them a
    /// multiple of `multiple`; all where that cannot be.
    package func left(after count: Int, multiple: Int) -> Int {
        // A head is many entries of its tensors.
        let entries = channels[0].map(\.entries.count).reduce(0, Self.divisor)
        let step = multiple / Self.divisor(multiple, entries)
        let wanted = max(1, channels.count - count)
        return min(channels.count, (wanted + step - 1) / step * step)
    }

    private static func divisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : divisor(b, a % b) }
}
