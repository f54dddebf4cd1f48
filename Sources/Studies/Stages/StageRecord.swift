import Core
import Foundation

/// A stage's record as its file holds it: beside what was found, the SHA-256 of each file that the stage wrote, by which
/// damage is noticed. Records of before name no files.
struct StageRecord<Record: Codable>: Codable {
    let record: Record
    let files: [String: String]?

    private enum CodingKeys: CodingKey { case files }

    init(_ record: Record, files: [String: String]) {
        self.record = record
        self.files = files.isEmpty ? nil : files
    }

    init(from decoder: any Decoder) throws {
        record = try Record(from: decoder)
        files = try decoder.container(keyedBy: CodingKeys.self)
            .decodeIfPresent([String: String].self, forKey: .files)
    }

    func encode(to encoder: any Encoder) throws {
        try record.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(files, forKey: .files)
    }
}

/// What of a record every stage has: the files that it names.
struct StageFiles: Codable {
    let files: [String: String]?

    /// SHA-256 of the files in a stage's folder, by name, but for the two that describe it.
    static func hashes(_ folder: URL) throws -> [String: String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let own = names.filter {
            $0 != "stage.json" && $0 != "record.json" && !$0.hasPrefix(".")
                && !$0.hasSuffix(".damaged")
        }
        return try own.reduce(into: [:]) { hashes, name in
            let file = folder.appendingPathComponent(name)
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder),
                !isFolder.boolValue
            else { return }
            hashes[name] = try hash(file)
        }
    }

    static func hash(_ file: URL) throws -> String {
        ContentHash.sha256(try Data(contentsOf: file, options: .mappedIfSafe))
    }
}
