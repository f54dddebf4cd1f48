import Core
import Foundation

/// The head of a picture file: what it holds and how far it has been filled.
///
/// A line that names the format and its version, a line of JSON, zeros up to `bytes`. The pictures
/// follow (readable ones, one after the other), then at `tableStart` a `PictureRecord` for each
/// listed file.
struct PictureFileHead: Codable, Equatable {
    /// Bytes before the first picture.
    static let bytes = 8192
    private static let format = "winnow pictures "
    private static let version = "1"

    /// Pixels of each picture.
    let height: Int
    let width: Int
    /// The number of listed files.
    let count: Int
    /// The folder that they are in.
    let root: String
    /// SHA-256 of how pictures are prepared and of the files' names and classes.
    let listing: String
    /// Listed files that have been read, the first of the list.
    var done = 0
    /// How many of them could be read.
    var kept = 0
    /// SHA-256 of the table, once the file is finished.
    var table: String?

    var pictureBytes: Int { height * width * 3 }
    /// The end of the pictures.
    var pixelsEnd: Int { Self.bytes + kept * pictureBytes }
    /// The table's place, which leaves room for every listed file.
    var tableStart: Int { Self.bytes + count * pictureBytes }
    /// The length of the finished file.
    var fileBytes: Int { tableStart + count * PictureRecord.bytes }

    /// The head as it is written.
    func encoded() throws(DatasetError) -> [UInt8] {
        let json = try? CanonicalJSON.line.encode(self)
        let text = Array("\(Self.format)\(Self.version)\n".utf8) + Array(json ?? Data()) + [10]
        guard json != nil, text.count <= Self.bytes else {
            throw DatasetError("\(root): the path is too long for the head of a picture file")
        }
        return text + [UInt8](repeating: 0, count: Self.bytes - text.count)
    }

    /// Reads a head.
    /// - Throws: `PictureFileDamage` for bytes that are none.
    init(_ bytes: [UInt8]) throws(PictureFileDamage) {
        let lines = bytes.split(separator: 10, maxSplits: 2, omittingEmptySubsequences: false)
        guard bytes.count == Self.bytes, lines.count == 3,
            lines[0].starts(with: Self.format.utf8)
        else { throw PictureFileDamage("is no picture file") }
        guard lines[0].dropFirst(Self.format.utf8.count).elementsEqual(Self.version.utf8) else {
            throw PictureFileDamage("is a picture file of another version")
        }
        guard let read = try? JSONDecoder().decode(Self.self, from: Data(lines[1])),
            (1...4096).contains(read.height), (1...4096).contains(read.width),
            (1...1 << 40).contains(read.count), (0...read.count).contains(read.done),
            (0...read.done).contains(read.kept)
        else { throw PictureFileDamage("has a damaged head") }
        self = read
    }

    init(_ preprocessing: Preprocessing, count: Int, root: String, listing: String) {
        (height, width) = (preprocessing.height, preprocessing.width)
        (self.count, self.root, self.listing) = (count, root, listing)
    }

    /// Whether both are heads of the same pictures, prepared alike.
    func describesSame(_ other: PictureFileHead) -> Bool {
        listing == other.listing && count == other.count && height == other.height
            && width == other.width
    }
}

/// What is wrong with a picture file, to follow its name.
struct PictureFileDamage: Error, Equatable {
    let words: String

    init(_ words: String) { self.words = words }
}
