/// What is wrong with weights, settings or folders given for faces, and what to do.
package struct FaceError: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
