import Formats

/// A grey picture as floats, 0...255, row by row.
struct GreyPlane: Sendable {
    let width: Int
    let height: Int
    var values: [Float]

    /// - Throws: `FeatureError.notGrey` unless the picture has one channel.
    init(_ picture: Picture) throws(FeatureError) {
        guard picture.channels == 1 else { throw .notGrey(channels: picture.channels) }
        width = picture.width
        height = picture.height
        values = picture.pixels.map { Float($0) }
    }

    init(width: Int, height: Int, values: [Float]) {
        self.width = width
        self.height = height
        self.values = values
    }
}
