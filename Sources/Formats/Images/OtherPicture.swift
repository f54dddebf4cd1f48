/// Kinds of picture file that are not read, told apart by their first bytes: what they are, and what makes one that
/// is read.
enum OtherPicture: String {
    case gif = "GIF"
    case bmp = "BMP"
    case tiff = "TIFF"
    case heic = "HEIC"
    case avif = "AVIF"
    case jpegXL = "JPEG XL"
    case jpeg2000 = "JPEG 2000"
    case photoshop = "a Photoshop file"
    case pdf = "PDF"
    case svg = "SVG"

    /// The kind that the first bytes announce, or nil.
    static func detect(_ bytes: UnsafeRawBufferPointer) -> OtherPicture? {
        func begins(_ text: String, at place: Int = 0) -> Bool {
            bytes.dropFirst(place).starts(with: text.utf8)
        }
        if begins("GIF87a") || begins("GIF89a") { return .gif }
        if begins("BM"), bytes.count >= 26, bytes[14] >= 12, bytes[15..<18].allSatisfy({ $0 == 0 })
        {
            return .bmp
        }
        if bytes.starts(with: [0x49, 0x49, 0x2A, 0]) || bytes.starts(with: [0x4D, 0x4D, 0, 0x2A]) {
            return .tiff
        }
        if bytes.starts(with: [0x49, 0x49, 0x2B, 0]) || bytes.starts(with: [0x4D, 0x4D, 0, 0x2B]) {
            return .tiff
        }
        if begins("ftyp", at: 4) {
            if begins("avif", at: 8) || begins("avis", at: 8) { return .avif }
            let brands = ["heic", "heix", "hevc", "heim", "heis", "mif1", "msf1"]
            return brands.contains { begins($0, at: 8) } ? .heic : nil
        }
        if bytes.starts(with: [0xFF, 0x0A]) || begins("JXL ", at: 4) { return .jpegXL }
        if begins("jP  ", at: 4) || bytes.starts(with: [0xFF, 0x4F, 0xFF, 0x51]) {
            return .jpeg2000
        }
        if begins("8BPS") { return .photoshop }
        if begins("%PDF") { return .pdf }
        if begins("<svg") || begins("<?xml"), bytes.prefix(1024).contains(Array("<svg".utf8)) {
            return .svg
        }
        return nil
    }

    /// Why it is not read, with the command that makes it one that is.
    func reason(_ file: String) -> String {
        let name = file.split(separator: "/").last.map(String.init) ?? file
        let ending = name.lastIndex(of: ".").map { name.distance(from: $0, to: name.endIndex) } ?? 0
        let stem = file.dropLast(ending)
        let made = stem + (name.lowercased().hasSuffix(".png") ? ".jpg" : ".png")
        let tool =
            switch self {
            case .heic: "heif-convert"
            case .avif: "avifdec"
            case .jpegXL: "djxl"
            default: "convert"
            }
        return "is \(rawValue), whatever its name: Winnow reads JPEG, PNG and WebP. Convert it:  "
            + "\(tool) \(Self.quoted(file)) \(Self.quoted(String(made)))"
    }

    /// A word as a shell takes it.
    private static func quoted(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte) || [0x2D, 0x2E, 0x2F, 0x5F].contains(byte)
        }
        let shown = word.hasPrefix("-") ? "./" + word : word
        return plain
            ? shown
            : "'"
                + shown.split(separator: "'", omittingEmptySubsequences: false)
                .joined(separator: "'\\''") + "'"
    }
}

extension Slice<UnsafeRawBufferPointer> {
    /// Whether the bytes stand somewhere in it.
    fileprivate func contains(_ run: [UInt8]) -> Bool {
        indices.contains { self[$0...].starts(with: run) }
    }
}
