import Core
import Foundation

/// What two JSON documents differ in, place by place.
package enum StageDifference {
    /// One place: `work.train.options.seed`, and what either has there.
    package struct Line: Sendable, Equatable {
        package let place: String
        package let first: String
        package let second: String

        package init(place: String, first: String, second: String) {
            (self.place, self.first, self.second) = (place, first, second)
        }
    }

    /// Places with different values, in order; `-` where one has none.
    package static func lines(_ first: some Encodable, _ second: some Encodable) throws -> [Line] {
        let (a, b) = (try flat(first), try flat(second))
        return Set(a.keys).union(b.keys).sorted().compactMap { place in
            let (x, y) = (a[place] ?? "-", b[place] ?? "-")
            return x == y ? nil : Line(place: place, first: x, second: y)
        }
    }

    private static func flat(_ value: some Encodable) throws -> [String: String] {
        var found: [String: String] = [:]
        let object = try JSONSerialization.jsonObject(with: CanonicalJSON.line.encode(value))
        collect(object, "", &found)
        return found
    }

    private static func collect(_ value: Any, _ place: String, _ found: inout [String: String]) {
        switch value {
        case let object as [String: Any]:
            for (key, item) in object {
                collect(item, place.isEmpty ? key : "\(place).\(key)", &found)
            }
        case let list as [Any]:
            for (index, item) in list.enumerated() {
                collect(item, "\(place).\(index)", &found)
            }
        default: found[place] = "\(value)"
        }
    }
}
