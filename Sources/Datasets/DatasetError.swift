/// A data set, manifest or split that cannot be used, in words for the person who gave it.
package struct DatasetError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Where, what was expected, what was found, what to do.
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
