import Foundation

/// A look over the bytes of an ONNX file before protobuf decodes them: whether they are whole, and
/// how much they would become.
///
/// Protobuf turns two bytes of an empty message into a hundred of memory, and one byte of a packed
/// number into eight. So the messages, texts and packed numbers are counted first, in constant
/// memory, and a file with more than any network needs is refused.
struct ONNXScan {
    /// Messages and texts of one file: swin_t, as the older exporter writes it, has 60,000.
    static let mostItems = 1_000_000
    /// Bytes of packed numbers: only small tensors are written that way.
    static let mostPacked = 128 << 20

    /// The field of a graph that holds sparse tensors, which are not read.
    private static let sparseInitializer: UInt64 = 15

    /// The messages of onnx.proto, with the fields that hold messages again.
    private enum Kind {
        case model, graph, node, attribute, tensor, value, type, tensorType, shape, leaf

        func child(_ field: UInt64) -> Kind? {
            switch (self, field) {
            case (.model, 7): .graph
            case (.model, 8), (.model, 14): .leaf
            case (.graph, 1): .node
            case (.graph, 5), (.attribute, 5): .tensor
            case (.graph, 11), (.graph, 12): .value
            case (.node, 5): .attribute
            case (.tensor, 13), (.shape, 1): .leaf
            case (.value, 2): .type
            case (.type, 1): .tensorType
            case (.tensorType, 2): .shape
            default: nil
            }
        }

        /// Fields with packed numbers of variable length.
        func isPacked(_ field: UInt64) -> Bool {
            switch self {
            case .tensor: [1, 5, 7].contains(field)
            case .attribute: field == 8
            default: false
            }
        }
    }

    private let bytes: UnsafeRawBufferPointer
    private let file: String
    private var items = 0
    private var packed = 0

    /// Walks over a whole file.
    ///
    /// - Throws: `FormatError` when it is cut off, is no ONNX model, or is made of too many pieces.
    static func check(_ data: Data, file: String) throws {
        try data.withUnsafeBytes { bytes in
            var scan = ONNXScan(bytes: bytes, file: file)
            guard try scan.walk(.model, 0..<bytes.count) else {
                throw scan.damaged("holds no graph, so it is no ONNX model")
            }
        }
    }

    private init(bytes: UnsafeRawBufferPointer, file: String) {
        self.bytes = bytes
        self.file = file
    }

    /// Walks over one message; whether a message was in it.
    private mutating func walk(_ kind: Kind, _ range: Range<Int>) throws -> Bool {
        var (at, found) = (range.lowerBound, false)
        while at < range.upperBound {
            let start = at
            let tag = try varint(&at, range.upperBound)
            let field = tag >> 3
            guard field > 0 else { throw damaged("has no field number at byte \(grouped(start))") }
            switch tag & 7 {
            case 0: _ = try varint(&at, range.upperBound)
            case 1: at = try end(at, 8, range.upperBound)
            case 5: at = try end(at, 4, range.upperBound)
            case 2:
                let size = try varint(&at, range.upperBound)
                let stop = try end(at, Int(exactly: size) ?? .max, range.upperBound)
                try count(kind, field, stop - at)
                if let child = kind.child(field) {
                    _ = try walk(child, at..<stop)
                    found = true
                }
                at = stop
            default: throw damaged("has no protobuf field at byte \(grouped(start))")
            }
        }
        return found
    }

    private mutating func count(_ kind: Kind, _ field: UInt64, _ size: Int) throws {
        items += 1
        if kind == .graph, field == Self.sparseInitializer {
            throw FormatError(
                file: file, found: "holds sparse tensors", expected: "dense ones",
                advice: "Export the network with its weights dense.")
        }
        if kind.isPacked(field) { packed += size }
        guard items <= Self.mostItems, packed <= Self.mostPacked else {
            throw FormatError(
                file: file,
                found: "is made of more than \(grouped(Self.mostItems)) parts or "
                    + "\(grouped(Self.mostPacked)) bytes of packed numbers",
                expected: "a network", advice: "Check that it is the right file.")
        }
    }

    private func varint(_ at: inout Int, _ stop: Int) throws -> UInt64 {
        var (value, shift): (UInt64, UInt64) = (0, 0)
        while at < stop, shift < 64 {
            let byte = bytes[at]
            at += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        if at == bytes.count { throw cutOff(at + 1) }
        throw damaged("has no number before byte \(grouped(at))")
    }

    private func end(_ at: Int, _ size: Int, _ stop: Int) throws -> Int {
        let (end, overflow) = at.addingReportingOverflow(size)
        if !overflow, end <= stop { return end }
        if stop == bytes.count, !overflow { throw cutOff(end) }
        throw damaged("has a part at byte \(grouped(at)) that is longer than what it is part of")
    }

    private func cutOff(_ reach: Int) -> FormatError {
        .cutOff(file, at: bytes.count, part: "content", says: reach)
    }

    private func damaged(_ found: String) -> FormatError {
        .damaged(
            file, found, advice: "It is damaged or no ONNX file: fetch or export it again.")
    }
}
