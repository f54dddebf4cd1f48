/// What can be wrong with the pictures or rows that features are computed from.
package enum FeatureError: Error, Equatable, CustomStringConvertible {
    /// A descriptor needs a grey picture.
    case notGrey(channels: Int)
    /// A picture is smaller than the descriptor can describe.
    case tooSmall(descriptor: String, width: Int, height: Int, least: Int)
    /// An option is outside its range.
    case badOption(name: String, value: String, expected: String)
    /// The rows do not have the shape they claim, or there are too few of them.
    case badShape(expected: String, found: String)
    /// A value is NaN or infinite.
    case notFinite(row: Int, column: Int, value: Double)
    /// More components were asked for than the rows vary in.
    case rankTooLow(components: Int, rank: Int, rows: Int)
    /// libtorch's solver did not find the eigenvectors of a symmetric matrix.
    case noEigenvectors(order: Int, reason: String)

    package var description: String {
        switch self {
        case .notGrey(let channels):
            return
                "expected a grey picture (1 channel), found \(channels) channels: convert it first"
        case .tooSmall(let descriptor, let width, let height, let least):
            return
                "\(descriptor) needs at least \(least)x\(least) pixels, found \(width)x\(height): "
                + "use a larger picture, or a smaller window or fewer levels"
        case .badOption(let name, let value, let expected):
            return "\(name) is \(value), expected \(expected)"
        case .badShape(let expected, let found):
            return "expected \(expected), found \(found)"
        case .notFinite(let row, let column, let value):
            return
                "row \(row), column \(column) is \(value), expected a finite number: drop the row"
        case .rankTooLow(let components, let rank, let rows):
            return "\(components) components were asked for, but the \(rows) rows vary in only "
                + "\(rank) directions: give more, or more varied, pictures, or ask for fewer"
        case .noEigenvectors(let order, let reason):
            return
                "expected eigenvectors of a \(order)x\(order) matrix, found none (\(reason)): "
                + "winnow doctor says whether libtorch is sound here"
        }
    }
}
