import Formats
import Foundation

/// What became of the pictures of a folder.
package struct CropReport: Sendable {
    /// One record a readable picture, in the order they were given.
    package let records: [CropRecord]
    /// Pictures that could not be read, with the reason.
    package let unreadable: [PictureError]
    /// How many crops were there already.
    package let reused: Int
    /// Pictures of earlier runs that are not among those given; their crops are still there.
    package let stale: [String]

    /// Pictures with exactly one face, several faces, and none.
    package var single: Int { records.count { $0.faces.count == 1 } }
    package var several: Int { records.count { $0.faces.count > 1 } }
    package var none: Int { records.count { $0.faces.isEmpty } }

    /// `675 pictures: 652 with one face, 18 with several, 5 with none (kept whole)`.
    ///
    /// - Parameter noFace: what was done where none was found.
    package func summary(noFace: CropOptions.NoFace) -> String {
        let fate =
            switch noFace {
            case .keep: "kept whole"
            case .centre: "cut to their middle"
            case .skip: "skipped"
            }
        let again = reused > 0 ? "; \(reused) crops were there already" : ""
        return "\(records.count) pictures: \(single) with one face, \(several) with several, "
            + "\(none) with none (\(fate))\(again)"
    }

    /// Names of the two tables in the output folder.
    package static let facesTable = "faces.csv"
    package static let checkTable = "faces-to-check.csv"

    /// Writes both tables: every face, and every picture with no face or several.
    ///
    /// - Throws: `FormatError` when the disk refuses.
    func writeTables(to folder: URL) throws {
        try CSVWriter.write(faceRows, to: folder.appending(path: Self.facesTable))
        try CSVWriter.write(checkRows, to: folder.appending(path: Self.checkTable))
    }

    /// One row a face; coordinates are pixels of the upright picture.
    private var faceRows: [[String]] {
        let head =
            ["picture", "width", "height", "face", "chosen", "score", "x1", "y1", "x2", "y2"]
            + FaceLandmarks.names.flatMap { ["\($0)_x", "\($0)_y"] }
        return [head]
            + records.flatMap { record in
                record.faces.enumerated().map { index, face in
                    [
                        record.picture, "\(record.width)", "\(record.height)", "\(index + 1)",
                        index == record.chosen ? "yes" : "no", Self.number(face.score, 6),
                    ] + Self.coordinates(face)
                }
            }
    }

    /// One row a picture with no face or several.
    private var checkRows: [[String]] {
        [["picture", "faces", "crop shows", "crop"]]
            + records.filter { $0.faces.count != 1 }.map { record in
                [
                    record.picture, "\(record.faces.count)", record.outcome.rawValue,
                    record.crop ?? "",
                ]
            }
    }

    private static func coordinates(_ face: Face) -> [String] {
        let box = [face.box.x1, face.box.y1, face.box.x2, face.box.y2]
        return (box + face.landmarks.points.flatMap { [$0.x, $0.y] }).map { number($0, 2) }
    }

    private static func number(_ value: Float, _ places: Int) -> String {
        String(format: "%.\(places)f", Double(value))
    }
}
