import Foundation

/// The order of names everywhere: by bytes, so no locale changes a class index.
package enum NameOrder {
    /// Whether `a` comes before `b`; equals Python's order of strings.
    package static func precedes(_ a: String, _ b: String) -> Bool {
        compared(a, b) < 0
    }

    /// The names in order; lists are mostly in order already, which one pass finds out.
    static func sorted(_ names: [String]) -> [String] { sorted(names, by: \.self) }

    /// The elements by a name of theirs.
    static func sorted<Element>(
        _ elements: [Element], by name: (Element) -> String
    ) -> [Element] {
        let isSorted = zip(elements, elements.dropFirst()).allSatisfy {
            compared(name($0), name($1)) <= 0
        }
        return isSorted ? elements : elements.sorted { precedes(name($0), name($1)) }
    }

    /// Below, at or above zero, as the bytes of `a` are to those of `b`.
    private static func compared(_ a: String, _ b: String) -> Int {
        let (first, second) = (a.utf8, b.utf8)
        let inOne = first.withContiguousStorageIfAvailable { x in
            second.withContiguousStorageIfAvailable { y -> Int in
                let shared = min(x.count, y.count)
                guard shared > 0, let p = x.baseAddress, let q = y.baseAddress else {
                    return x.count - y.count
                }
                let order = memcmp(p, q, shared)
                return order != 0 ? Int(order) : x.count - y.count
            }
        }
        if case .some(.some(let order)) = inOne { return order }
        if first.lexicographicallyPrecedes(second) { return -1 }
        return first.elementsEqual(second) ? 0 : 1
    }
}
