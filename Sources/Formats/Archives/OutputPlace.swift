import Foundation

/// Where bytes end up that are written to a path: links are followed and stay links, and what is no plain file is
/// written to as it is.
package enum OutputPlace: Equatable, Sendable {
    /// A plain file, there or not yet: written aside and renamed.
    case file(URL)
    /// A device, a pipe or a socket.
    case stream(URL)

    /// - Throws: `FormatError` for a folder, and for links that lead in a circle.
    package init(_ url: URL) throws {
        var status = stat()
        if stat(url.path, &status) == 0 {
            switch status.st_mode & S_IFMT {
            case S_IFREG:
                // A file that was removed but is still open (/dev/stdout) has no path of its own.
                self = Self.real(url).map(OutputPlace.file) ?? .stream(url)
            case S_IFDIR:
                throw FormatError(
                    file: url.shownPath, found: "is a folder", expected: "a file to write",
                    advice: "Name a file in it.")
            default: self = .stream(url)
            }
            return
        }
        self = .file(try Self.end(url))
    }

    /// Refuses, before any work, a place where nothing can be written. Leaves nothing behind.
    ///
    /// - Throws: `FormatError` that says what to do.
    package static func check(_ url: URL) throws {
        switch try OutputPlace(url) {
        case .file(let file): try AtomicFile.probe(file, shown: url.shownPath)
        case .stream(let place):
            guard access(place.path, W_OK) == 0 else {
                throw AtomicFile.refused(url.shownPath, errno)
            }
        }
    }

    /// Whether two paths lead to the same file, whatever links are between.
    package static func areSame(_ first: URL, _ second: URL) -> Bool {
        var (a, b) = (stat(), stat())
        guard stat(first.path, &a) == 0, stat(second.path, &b) == 0 else {
            guard let x = try? OutputPlace(first), let y = try? OutputPlace(second) else {
                return false
            }
            return x == y
        }
        return a.st_ino == b.st_ino && a.st_dev == b.st_dev && a.st_mode & S_IFMT == S_IFREG
    }

    private static func real(_ url: URL) -> URL? {
        guard let path = realpath(url.path, nil) else { return nil }
        defer { free(path) }
        return URL(fileURLWithPath: String(cString: path))
    }

    /// Where a path leads that nothing is at yet: through links whose end is missing.
    private static func end(_ url: URL) throws -> URL {
        var place = url
        for _ in 0..<40 {
            guard let target = link(place.path) else { return place }
            place =
                URL(fileURLWithPath: target, relativeTo: place.deletingLastPathComponent())
                .standardizedFileURL
        }
        throw FormatError.system(
            url.shownPath, "cannot be written", code: ELOOP, advice: "Mend the link.")
    }

    /// Where a link leads; nil for what is none.
    private static func link(_ path: String) -> String? {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = readlink(path, &bytes, bytes.count - 1)
        guard count > 0 else { return nil }
        return String(decoding: bytes.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
