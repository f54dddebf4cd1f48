import Core
import Formats
import Foundation

extension Study {
    /// A study file larger than this is none.
    private static let largest = 4 << 20

    /// As text: what `winnow study --print` shows and `--study` files hold.
    package func json() throws -> Data {
        try CanonicalJSON.page.document(self)
    }

    /// Reads a study file.
    ///
    /// - Throws: `FormatError` for a file that is no study, holds a key that nothing reads, or says
    ///   what cannot be run.
    package static func read(_ url: URL) throws -> Study {
        let size = try? FileManager.default.attributesOfItem(atPath: url.path)[.size] as? Int
        guard let size else { throw refused(url.path, "cannot be read") }
        guard size <= largest else {
            throw refused(url.path, "is too large for a study (\(size) bytes)")
        }
        do {
            return try read(Data(contentsOf: url), file: url.path)
        } catch let error as FormatError {
            throw error
        } catch {
            throw refused(url.path, "cannot be read: \(error.localizedDescription)")
        }
    }

    private static func refused(_ file: String, _ found: String) -> FormatError {
        FormatError(
            file: file, found: found, expected: "a study, as a preset of winnow study is printed",
            advice: "Print one, and change that.")
    }

    /// Reads a study from the bytes of its file; `file` is for messages.
    package static func read(_ data: Data, file: String) throws -> Study {
        func fail(_ found: String) -> FormatError { refused(file, found) }
        let study: Study
        do {
            study = try JSONDecoder().decode(Study.self, from: data)
        } catch {
            throw fail("is not a study: \(number(data) ?? reason(error))")
        }
        if let key = try stray(data, study.json()) {
            throw fail("holds '\(key)', which nothing reads")
        }
        do {
            try study.check()
        } catch {
            throw fail("cannot be run: \(error)")
        }
        return study
    }

    /// The first key of the file that the value does not have: a slip of the pen, most likely.
    private static func stray(_ file: Data, _ value: Data) throws -> String? {
        try stray(
            JSONSerialization.jsonObject(with: file), JSONSerialization.jsonObject(with: value), "")
    }

    private static func stray(_ file: Any, _ value: Any, _ path: String) -> String? {
        if let file = file as? [String: Any] {
            let value = value as? [String: Any] ?? [:]
            for (key, item) in file.sorted(by: { $0.key < $1.key }) where !(item is NSNull) {
                guard let other = value[key] else { return path + key }
                if let found = stray(item, other, path + key + ".") { return found }
            }
        } else if let file = file as? [Any], let value = value as? [Any] {
            for (index, pair) in zip(file, value).enumerated() {
                if let found = stray(pair.0, pair.1, "\(path)\(index).") { return found }
            }
        }
        return nil
    }

    private static func reason(_ error: any Error) -> String {
        func place(_ context: DecodingError.Context) -> String {
            let path = context.codingPath.prefix(8).map(\.stringValue).joined(separator: ".")
            return path.isEmpty ? "" : " at \(path.prefix(120))"
        }
        switch error {
        case DecodingError.keyNotFound(let key, let context):
            return "no '\(key.stringValue)'" + place(context)
        case DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context):
            return "the wrong kind of value" + place(context)
        case DecodingError.dataCorrupted(let context):
            return context.codingPath.isEmpty ? "not JSON" : "an unknown value" + place(context)
        default: return "\(error.localizedDescription)"
        }
    }
}
