import Foundation

/// One tensor in a safetensors header: where its bytes lie, counted from the end of the header.
struct SafetensorsEntry: Equatable {
    let name: String
    let dtype: HostTensor.DType
    let shape: [Int]
    let range: Range<Int>
}

/// The JSON header of a safetensors file (huggingface/safetensors, "Format").
struct SafetensorsHeader: Equatable {
    /// In the order of the header.
    var entries: [SafetensorsEntry] = []
    var metadata: [String: String] = [:]

    /// The format's own bound on the header.
    static let largest = 100_000_000
    private static let names: [(text: String, dtype: HostTensor.DType)] = [
        ("F64", .float64), ("F32", .float32), ("F16", .float16), ("BF16", .bfloat16),
        ("I64", .int64), ("I32", .int32), ("I16", .int16), ("I8", .int8), ("U8", .uint8),
        ("BOOL", .bool),
    ]

    /// What a dtype is that other programs write.
    private static func words(_ type: String) -> String {
        switch type {
        case "C64", "C128": " (complex numbers)"
        case _ where type.hasPrefix("F8_"): " (8-bit floats)"
        case _ where type.hasPrefix("F4") || type.hasPrefix("F6"): " (floats of under 8 bits)"
        case "U16", "U32", "U64": " (unsigned integers)"
        default: ""
        }
    }

    init(entries: [SafetensorsEntry], metadata: [String: String]) {
        self.entries = entries
        self.metadata = metadata
    }

    /// Reads the JSON text; each entry's size is checked against its shape.
    init(parsing bytes: [UInt8], file: String) throws {
        var scanner = JSONScanner(bytes, file: file, part: "header")
        var header = SafetensorsHeader(entries: [], metadata: [:])
        try scanner.object { key, scanner in
            if key == "__metadata__" {
                try scanner.object { header.metadata[$0] = try $1.string() }
            } else {
                header.entries.append(try Self.entry(key, &scanner))
            }
        }
        try scanner.finish()
        self = header
    }

    private static func entry(
        _ name: String, _ scanner: inout JSONScanner
    ) throws -> SafetensorsEntry {
        let shown = "gives tensor '\(printable(name))'"
        var (type, shape, offsets): (String?, [Int]?, [Int]?)
        try scanner.object { key, scanner in
            switch key {
            case "dtype": type = try scanner.string()
            case "shape": shape = try scanner.integers(limit: 64)
            case "data_offsets": offsets = try scanner.integers(limit: 2)
            default: throw scanner.error("\(shown) the field '\(printable(key))'")
            }
        }
        guard let type, let shape, let offsets, offsets.count == 2, offsets[0] <= offsets[1] else {
            throw scanner.error("\(shown) no dtype, shape and data_offsets in order")
        }
        guard let dtype = names.first(where: { $0.text == type })?.dtype else {
            throw FormatError(
                file: scanner.file,
                found: "its header \(shown) the dtype \(printable(type))\(words(type))",
                expected: "one of " + names.map(\.text).joined(separator: ", "),
                advice: "Convert it to one of these.")
        }
        guard HostTensor.byteCount(of: dtype, shape: shape) == offsets[1] - offsets[0] else {
            throw scanner.error(
                "\(shown) \(grouped(offsets[1] - offsets[0])) bytes for shape \(shape) of \(type)")
        }
        return SafetensorsEntry(
            name: name, dtype: dtype, shape: shape, range: offsets[0]..<offsets[1])
    }

    /// The JSON text, metadata first and sorted, padded with spaces to a multiple of 8 bytes.
    func encoded() -> [UInt8] {
        var members: [String] = []
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
                .map { "\(Self.quoted($0.key)):\(Self.quoted($0.value))" }
            members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
        }
        for entry in entries {
            let type = Self.names.first { $0.dtype == entry.dtype }?.text ?? ""
            let shape = entry.shape.map(String.init).joined(separator: ",")
            members.append(
                "\(Self.quoted(entry.name)):{\"dtype\":\"\(type)\",\"shape\":[\(shape)],"
                    + "\"data_offsets\":[\(entry.range.lowerBound),\(entry.range.upperBound)]}")
        }
        let text = Array("{\(members.joined(separator: ","))}".utf8)
        return text + [UInt8](repeating: 0x20, count: (8 - text.count % 8) % 8)
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
