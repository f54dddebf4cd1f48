import Foundation

/// Reads and writes files of named tensors, whatever their form.
package enum TensorFile {
    /// The forms that are read, told apart by their first bytes and never by the file's name.
    package enum Form: String, Sendable, CaseIterable {
        case zipPickle = ".pth (zip)"
        case legacyPickle = ".pth (before PyTorch 1.6)"
        case safetensors = ".safetensors"
    }

    /// Reads the state dict in `url`.
    ///
    /// Tensors share the file's mapping, so this copies nothing; see `FileBytes.mapFrom`.
    ///
    /// - Throws: `FormatError` naming the file, what was found and what to do.
    package static func read(_ url: URL) throws -> StateDict {
        try read(FileBytes.open(url), file: url.shownPath)
    }

    /// Reads the state dict in `data`; `file` is for messages.
    package static func read(_ data: Data, file: String) throws -> StateDict {
        switch try form(of: data, file: file) {
        case .zipPickle: try PthReader.readZip(data, file: file)
        case .legacyPickle: try PthReader.readLegacy(data, file: file)
        case .safetensors: try SafetensorsReader.read(data, file: file)
        }
    }

    /// Writes `dict` in the form that the name's extension asks for: `.safetensors`, `.pth` or
    /// `.pt`.
    ///
    /// - Throws: `FormatError` for another extension, or when the disk refuses.
    package static func write(_ dict: StateDict, to url: URL) throws {
        switch url.pathExtension.lowercased() {
        case "safetensors": try SafetensorsWriter.write(dict, to: url) { _ = try read($0) }
        case "pth", "pt": try PthWriter.write(dict, to: url)
        case let other:
            throw FormatError(
                file: url.shownPath, found: "has the extension '\(other)'",
                expected: ".safetensors, .pth or .pt", advice: "Give it one of these names.")
        }
    }

    /// The form of `data`.
    ///
    /// - Throws: `FormatError` that says what the file seems to be instead.
    package static func form(of data: Data, file: String) throws -> Form {
        let head = [UInt8](data.prefix(512))
        if head.starts(with: [0x50, 0x4B, 3, 4]) { return .zipPickle }
        if head.count > 8, head[8] == UInt8(ascii: "{") { return .safetensors }
        if let first = head.first, first == 0x80 { return .legacyPickle }
        throw FormatError(
            file: file, found: guess(head), expected: "a .pth or .safetensors file",
            advice: "Check where it came from, and fetch it again.")
    }

    private static func guess(_ head: [UInt8]) -> String {
        let text = String(decoding: head, as: UTF8.self).lowercased()
        let start = text.drop { $0.isWhitespace }
        if start.hasPrefix("<!doctype html") || start.hasPrefix("<html") { return "is a web page" }
        if start.hasPrefix("version https://git-lfs") { return "is a Git LFS pointer" }
        if head.count >= 262, head[257..<262].elementsEqual("ustar".utf8) {
            return "is a tar archive, the form before PyTorch 0.1.10"
        }
        if head.starts(with: [0x1F, 0x8B]) { return "is gzipped" }
        if head.count < 9 { return "holds \(head.count) bytes" }
        let shown = head.prefix(8).map { String(0x100 + Int($0), radix: 16).dropFirst() }
        return "starts with the bytes \(shown.joined(separator: " "))"
    }
}
