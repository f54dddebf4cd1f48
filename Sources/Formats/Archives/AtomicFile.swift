import Foundation

/// Writes a file aside, then renames it into place: readers see the old file or the whole new one.
///
/// `AtomicFile.write(to: url) { sink in try sink.write(bytes) }` streams; nothing is gathered in
/// memory. The data is on disk (fsync, file and folder) when `write` returns. After an error, or a
/// kill, whatever was at `url` is untouched; a kill may leave `.name.*.partial` beside it. A link
/// stays one: the file that it leads to is replaced. A device or a pipe is written to as it is.
package enum AtomicFile {
    /// Runs `body` on a sink beside `url`, then moves the result to `url`.
    ///
    /// - Parameter check: reads what was written, before it takes the place of what was there; what
    ///   it throws keeps it from that. Not asked of a device or a pipe.
    /// - Throws: `FormatError` naming `url` when the disk refuses; what `body` and `check` throw.
    package static func write(
        to url: URL, check: (URL) throws -> Void = { _ in }, _ body: (FileSink) throws -> Void
    ) throws {
        let file = url.shownPath
        switch try OutputPlace(url) {
        case .stream(let place): try stream(place, file, body)
        case .file(let place):
            let (descriptor, aside) = try createAside(place, shown: file)
            do {
                do {
                    defer { close(descriptor) }
                    let sink = FileSink(descriptor: descriptor, file: file)
                    try body(sink)
                    guard fsync(descriptor) == 0 else { throw refused(file, errno) }
                }
                try check(URL(fileURLWithPath: aside))
                guard rename(aside, place.path) == 0 else { throw refused(file, errno) }
            } catch {
                unlink(aside)
                throw error
            }
            syncFolder(place.deletingLastPathComponent().path)
        }
    }

    private static func stream(
        _ place: URL, _ file: String, _ body: (FileSink) throws -> Void
    ) throws {
        let descriptor = open(place.path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw refused(file, errno) }
        defer { close(descriptor) }
        try body(FileSink(descriptor: descriptor, file: file))
    }

    /// Writes `data` in one go.
    package static func write(
        _ data: Data, to url: URL, check: (URL) throws -> Void = { _ in }
    ) throws {
        try write(to: url, check: check) { try $0.write(data) }
    }

    /// Whether a file can be made there, by making one; nothing is left.
    static func probe(_ url: URL, shown: String) throws {
        let (descriptor, aside) = try createAside(url, shown: shown)
        close(descriptor)
        unlink(aside)
    }

    static func refused(_ file: String, _ code: Int32) -> FormatError {
        let advice =
            switch code {
            case ENOSPC, EDQUOT: "The disk is full: free some space and run the same again."
            case ENOENT: "Make the folder it belongs in first."
            case ENOTDIR: "What should be the folder is a file: check the path."
            case EPIPE: "Who reads the pipe has gone."
            default: "Check the folder's permissions, or write elsewhere."
            }
        return .system(file, "cannot be written", code: code, advice: advice)
    }

    private static func createAside(
        _ url: URL, shown: String
    ) throws -> (descriptor: Int32, path: String) {
        let name = url.lastPathComponent.prefix(80)
        let folder = url.deletingLastPathComponent()
        let tag = "\(getpid())-\(String(UInt32.random(in: 0 ... .max), radix: 16))"
        let aside = folder.appendingPathComponent(".\(name).\(tag).partial").path
        let descriptor = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw refused(shown, errno) }
        return (descriptor, aside)
    }

    /// Makes the rename itself last through a power cut; not every file system can, so no error.
    private static func syncFolder(_ path: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}

/// Where `AtomicFile.write` lets its caller put the bytes, front to back.
package final class FileSink {
    private let descriptor: Int32
    private let file: String
    /// Bytes written so far.
    package private(set) var position = 0

    init(descriptor: Int32, file: String) {
        self.descriptor = descriptor
        self.file = file
    }

    /// Writes all of `bytes`.
    ///
    /// - Throws: `FormatError` naming the file, when the disk is full for example.
    package func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while let start = rest.baseAddress, !rest.isEmpty {
            let written = Foundation.write(descriptor, start, rest.count)
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw AtomicFile.refused(file, written == 0 ? ENOSPC : errno) }
            position += written
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
        }
    }

    package func write(_ data: Data) throws { try data.withUnsafeBytes { try write($0) } }
    package func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write($0) } }
    package func write(_ text: String) throws { try write(Array(text.utf8)) }
}
