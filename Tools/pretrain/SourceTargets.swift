import Foundation

/// The questions put to the network, as one row of numbers a picture: each group of columns counts the
/// same, times its weight, however many columns it has.
struct SourceTargets: Sendable {
    struct Group: Sendable {
        let name: String
        let width: Int
        let weight: Float
    }

    let groups: [Group]
    let mirror: [Int]
    let people: Int

    /// Columns of all groups together.
    var width: Int { groups.reduce(0) { $0 + $1.width } }
    /// Outputs of the network: the columns, then one a person.
    var outputs: Int { width + people }
    /// How much telling people apart counts.
    static let personWeight = 0.1

    init(mirror: [Int], people: Int) {
        self.mirror = mirror
        self.people = people
        let marks = mirror.count
        groups = [
            Group(name: "points", width: 2 * marks, weight: 1),
            Group(name: "centre", width: 2, weight: 0.1),
            Group(name: "solid", width: 3 * marks, weight: 1),
            Group(name: "moved", width: 3 * marks, weight: 2),
            Group(name: "pose", width: 3, weight: 0.3),
            Group(name: "light", width: 3, weight: 0.2),
            Group(name: "female", width: 1, weight: 0.1),
            Group(name: "age", width: 1, weight: 0.1),
        ]
    }

    /// A picture's row as `view` shows it.
    ///
    /// - Parameter usual: where this person's landmarks lie on the average, in the head's frame.
    func row(_ picture: SourcePicture, _ view: View, usual: [Float]) -> [Float] {
        let points = placed(picture.points, view)
        let marks = Float(mirror.count)
        let x = stride(from: 0, to: points.count, by: 2).reduce(0) { $0 + points[$1] } / marks
        let y = stride(from: 1, to: points.count, by: 2).reduce(0) { $0 + points[$1] } / marks
        var row = points.indices.map { points[$0] - ($0 % 2 == 0 ? x : y) }
        row += [x, y]
        let sign: Float = view.isFlipped ? -1 : 1
        row += turned(picture.solid, view)
        row += turned(zip(picture.solid, usual).map { $0 - $1 }, view)
        row += [sign * picture.pose[0], picture.pose[1], sign * picture.pose[2]]
        row += [sign * picture.light[0], picture.light[1], picture.light[2]]
        row += [picture.female, picture.age]
        return row
    }

    /// Landmarks in widths of the view.
    private func placed(_ points: [Float], _ view: View) -> [Float] {
        var out = [Float](repeating: 0, count: points.count)
        for k in mirror.indices {
            let from = view.isFlipped ? mirror[k] : k
            let x = (points[2 * from] - view.left) / view.side
            out[2 * k] = view.isFlipped ? 1 - x : x
            out[2 * k + 1] = (points[2 * from + 1] - view.top) / view.side
        }
        return out
    }

    /// Points (or movements) in the head's frame, mirrored where the view is.
    private func turned(_ solid: [Float], _ view: View) -> [Float] {
        guard view.isFlipped else { return solid }
        var out = [Float](repeating: 0, count: solid.count)
        for k in mirror.indices {
            out[3 * k] = -solid[3 * mirror[k]]
            out[3 * k + 1] = solid[3 * mirror[k] + 1]
            out[3 * k + 2] = solid[3 * mirror[k] + 2]
        }
        return out
    }

    /// The weight of each column: those of a group sum to the group's.
    var columnWeights: [Float] {
        groups.flatMap { [Float](repeating: $0.weight / Float($0.width), count: $0.width) }
    }
}

/// Mean and deviation of every column, so that a lid counts as much as a jaw.
struct Scaling: Codable, Sendable {
    let mean: [Float]
    let deviation: [Float]
    /// Further out is taken as this far out.
    static let limit: Float = 4
    /// Columns that vary less (in decimetres or picture widths) count less: what never moves is noise.
    static let least: Float = 0.005

    init(_ rows: [[Float]]) {
        let count = Float(rows.count), width = rows[0].count
        var mean = [Float](repeating: 0, count: width), square = mean
        for row in rows { for k in 0..<width { mean[k] += row[k] / count } }
        for row in rows {
            for k in 0..<width { square[k] += (row[k] - mean[k]) * (row[k] - mean[k]) / count }
        }
        self.mean = mean
        deviation = square.map { max($0.squareRoot(), Self.least) }
    }

    func apply(_ row: [Float]) -> [Float] {
        row.indices.map {
            min(max((row[$0] - mean[$0]) / deviation[$0], -Self.limit), Self.limit)
        }
    }
}
