import Foundation

extension URL {
    /// The path as the caller wrote it, for messages.
    package var shownPath: String { relativePath.isEmpty ? path : relativePath }
}

/// The bytes of a file, mapped when that pays.
package enum FileBytes {
    /// Files of at least this many bytes are mapped rather than read: eight times faster, and
    /// tensors can then share the mapping. A mapped file must not be truncated in place by another
    /// program meanwhile; Winnow itself only ever replaces files by renaming.
    static let mapFrom = 1 << 20

    /// Opens a regular file of at least one byte.
    ///
    /// - Throws: `FormatError` when it is missing, a folder, empty, unreadable or above `limit`
    ///   bytes.
    package static func open(_ url: URL, limit: Int = .max) throws -> Data {
        let file = url.shownPath
        let size = try regularFileSize(url)
        guard size > 0 else {
            throw FormatError(
                file: file, found: "is empty (0 bytes)", advice: "Fetch or make it again.")
        }
        guard size <= limit else {
            throw FormatError(
                file: file, found: "holds \(grouped(size)) bytes",
                expected: "at most \(grouped(limit))", advice: "Check that it is the right file.")
        }
        do {
            return try Data(contentsOf: url, options: size >= mapFrom ? .alwaysMapped : [])
        } catch {
            throw FormatError(
                file: file, found: "cannot be read (\(error.localizedDescription))",
                advice: "Check the file's permissions.")
        }
    }

    private static func regularFileSize(_ url: URL) throws -> Int {
        let file = url.shownPath
        var status = stat()
        guard stat(url.path, &status) == 0 else {
            let code = errno
            let advice = "Check the path" + (code == ENOENT ? "." : " and its permissions.")
            throw FormatError.system(file, "cannot be opened", code: code, advice: advice)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            let kind = status.st_mode & S_IFMT == S_IFDIR ? "is a folder" : "is not a plain file"
            throw FormatError(
                file: file, found: kind, expected: "a file", advice: "Check the path.")
        }
        return Int(status.st_size)
    }
}
