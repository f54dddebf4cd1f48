/// What keeps a study from being done, in one line.
package struct StudyError: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
