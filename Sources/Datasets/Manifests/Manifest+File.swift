import Core
import Formats
import Foundation

extension Manifest {
    /// The largest manifest that is read, in bytes.
    private static let largest = 512 << 20

    /// Reads and checks a manifest.
    /// - Throws: `DatasetError` naming the file and the entry.
    package init(contentsOf path: String) throws(DatasetError) {
        let data: Data
        do {
            data = try Picture.readFile(path, limits: PictureLimits(fileBytes: Self.largest))
        } catch {
            throw DatasetError(error.description)
        }
        try self.init(data: data, named: path)
    }

    /// Reads and checks the bytes of a manifest; `path` is for messages.
    /// - Throws: `DatasetError` naming the file and the entry.
    package init(data: Data, named path: String) throws(DatasetError) {
        do {
            self = try JSONDecoder().decode(Manifest.self, from: data)
            try check()
        } catch {
            throw DatasetError(
                "\(path): not a usable manifest: \(Self.words(error)). A manifest is what winnow data "
                    + "writes")
        }
    }

    /// Writes the manifest, aside first and then renamed into place; equal manifests, equal bytes.
    /// - Throws: `DatasetError` naming the file.
    package func write(to path: String) throws(DatasetError) {
        do {
            try AtomicFile.write(canonical(), to: URL(fileURLWithPath: path))
        } catch let error as FormatError {
            throw DatasetError("\(error)")
        } catch {
            throw DatasetError("\(path): cannot be written: \(error.localizedDescription)")
        }
    }

    /// SHA-256 of the manifest as `write` writes it, however its file is laid out: all that a
    /// division by it depends on.
    /// - Throws: `DatasetError` where it cannot be encoded.
    package func fingerprint() throws(DatasetError) -> String {
        do {
            return ContentHash.sha256(try canonical())
        } catch {
            throw DatasetError("the manifest cannot be encoded: \(error.localizedDescription)")
        }
    }

    private func canonical() throws -> Data {
        try CanonicalJSON.page.document(self)
    }

    /// What went wrong in a JSON file, in words.
    private static func words(_ error: any Error) -> String {
        func place(_ context: DecodingError.Context) -> String {
            let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
            let words = context.debugDescription.trimmingCharacters(in: ["."])
            return path.isEmpty ? words : "\(path.joined(separator: ".")): \(words)"
        }
        switch error {
        case let error as DatasetError: return error.description
        case DecodingError.keyNotFound(let key, let context):
            let picture = context.codingPath.last?.intValue.map { " in picture \($0)" } ?? ""
            return "\"\(key.stringValue)\" is missing\(picture)"
        case DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context), DecodingError.dataCorrupted(let context):
            return place(context)
        default: return error.localizedDescription
        }
    }
}
