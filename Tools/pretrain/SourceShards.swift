import Formats
import Foundation

/// What a folder of source pictures says of itself (`faces.json`, by Tools/scenes/crops.py).
struct SourceIndex: Decodable, Equatable {
    let seed: Int
    /// Width and height of a picture, in pixels.
    let side: Int
    let shards: [String]
    /// For each landmark, the place of its mirror image.
    let mirror: [Int]
    /// Pictures a shard, and a person.
    let pictures: Int
    let peopleEach: Int

    private enum CodingKeys: String, CodingKey {
        case seed, side, shards, mirror, pictures
        case peopleEach = "people_each"
    }

    static func read(_ folder: URL) throws -> SourceIndex {
        let file = folder.appending(path: "faces.json")
        guard let data = try? Data(contentsOf: file) else {
            throw PretrainError(
                "\(file.path): not there. Make the pictures first:  python Tools/scenes/crops.py "
                    + "--out \(folder.path)")
        }
        return try JSONDecoder().decode(SourceIndex.self, from: data)
    }
}

/// One source picture and what is known of it.
struct SourcePicture {
    /// Interleaved RGB, `side` x `side`.
    let pixels: Data
    let person: Int
    let female: Float
    /// Years.
    let age: Float
    /// Yaw, pitch and roll, degrees.
    let pose: [Float]
    /// Unit vector towards the main light, in the camera's frame.
    let light: [Float]
    /// Landmarks in picture widths from the upper left corner: x0 y0 x1 y1 ...
    let points: [Float]
    /// The same in the head's frame, decimetres: x0 y0 z0 ...
    let solid: [Float]
}

/// The shards that are there, read as they come.
struct SourceShards {
    let folder: URL
    let index: SourceIndex
    private(set) var pictures: [SourcePicture] = []
    private var known: Set<String> = []

    init(_ folder: URL) throws {
        self.folder = folder
        index = try SourceIndex.read(folder)
    }

    /// Reads shards that have appeared since, in their order.
    mutating func refresh(limit: Int) throws {
        for name in index.shards where !known.contains(name) && pictures.count < limit {
            let file = folder.appending(path: name)
            guard FileManager.default.fileExists(atPath: file.path) else { return }
            pictures += try Self.read(file, side: index.side, landmarks: index.mirror.count)
            known.insert(name)
        }
    }

    private static func read(_ file: URL, side: Int, landmarks: Int) throws -> [SourcePicture] {
        let dict = try TensorFile.read(file)
        func tensor(_ name: String, _ shape: [Int]) throws -> HostTensor {
            guard let tensor = dict[name], Array(tensor.shape.dropFirst()) == shape else {
                throw PretrainError(
                    "\(file.path): expected '\(name)' of shape [n, \(shape)], found "
                        + "\(dict[name].map { "\($0.shape)" } ?? "none"). Make it again")
            }
            return tensor
        }
        let stored = try tensor("pictures", [side, side, 3])
        let bytes = Data(stored.bytes), size = side * side * 3
        let people = try tensor("person", []).integers() ?? []
        func rows(_ name: String, _ shape: [Int]) throws -> [[Float]] {
            let width = shape.reduce(1, *), all = try tensor(name, shape).floats()
            return people.indices.map { Array(all[$0 * width..<($0 + 1) * width]) }
        }
        let (female, age) = (try rows("female", []), try rows("age", []))
        let (pose, light) = (try rows("pose", [3]), try rows("light", [3]))
        let points = try rows("points", [landmarks, 2])
        let solid = try rows("solid", [landmarks, 3])
        return people.indices.map { k in
            SourcePicture(
                pixels: bytes.subdata(in: k * size..<(k + 1) * size), person: people[k],
                female: female[k][0], age: age[k][0], pose: pose[k], light: light[k],
                points: points[k], solid: solid[k])
        }
    }
}

/// What went wrong, and what to do.
struct PretrainError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
