/// A picture file of a data set and its class.
package struct LabelledFile: Sendable, Equatable, Codable {
    /// Path relative to the data set's root, with `/`.
    package let file: String
    /// Index into the data set's class names.
    package let label: Int

    package init(file: String, label: Int) {
        self.file = file
        self.label = label
    }
}
