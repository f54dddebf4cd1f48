/// What is wrong with a request to prune, with masks, or with the weights they are meant for.
package struct PruningError: Error, CustomStringConvertible, Equatable {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
