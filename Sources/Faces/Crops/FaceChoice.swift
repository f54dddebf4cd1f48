import Core
import Foundation

/// Which face of a picture with several is cropped.
package struct FaceChoice: Sendable {
    /// What options and tables call it.
    package let name: String
    package let summary: String
    /// The face with the highest value is taken; of equal ones the larger.
    let value: @Sendable (_ face: Face, _ width: Int, _ height: Int) -> Float

    /// All choices; the first is the default.
    package static let all = [largest, central, confident]

    package static let largest = FaceChoice(
        name: "largest", summary: "the face whose box has the largest area"
    ) { face, _, _ in face.box.area }

    package static let central = FaceChoice(
        name: "central", summary: "the face whose box's centre is nearest to the picture's"
    ) { face, width, height in
        let offset = face.box.centre - SIMD2(Float(width), Float(height)) / 2
        return -(offset * offset).sum()
    }

    package static let confident = FaceChoice(
        name: "confident", summary: "the face with the highest score"
    ) { face, _, _ in face.score }

    /// The choice with a name.
    ///
    /// - Throws: `FaceError` that lists the names.
    package static func named(_ name: String) throws(FaceError) -> FaceChoice {
        if let found = all.first(where: { $0.name == name }) { return found }
        throw FaceError(NearestName.refusal(of: name, "face choice", among: all.map(\.name)))
    }

    /// Index of the chosen face; nil without faces.
    package func index(of faces: [Face], width: Int, height: Int) -> Int? {
        faces.indices.max { a, b in
            let (first, second) = (value(faces[a], width, height), value(faces[b], width, height))
            // Faces come largest first, and `max` gives the last of equal ones.
            return first == second ? a > b : first < second
        }
    }
}
