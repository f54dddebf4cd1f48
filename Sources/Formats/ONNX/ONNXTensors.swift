import Foundation

/// Turns TensorProto into tensors: bytes in the message, numbers in typed fields, or other files.
struct ONNXTensors {
    let file: String
    /// Where external files may lie; nil when the model came without a folder.
    let folder: URL?
    private var mapped: [String: Data] = [:]

    init(file: String, folder: URL?) {
        self.file = file
        self.folder = folder
    }

    /// `TensorProto.DataType` of the types that Winnow holds.
    private static let dtypes: [(code: Int32, dtype: HostTensor.DType)] = [
        (1, .float32), (2, .uint8), (3, .int8), (5, .int16), (6, .int32), (7, .int64), (9, .bool),
        (10, .float16), (11, .float64), (16, .bfloat16),
    ]

    static func dtype(_ code: Int32) -> HostTensor.DType? {
        dtypes.first { $0.code == code }?.dtype
    }

    static func code(_ dtype: HostTensor.DType) -> Int32 {
        dtypes.first { $0.dtype == dtype }?.code ?? 0
    }

    /// The tensor of one message, its size checked before anything is made of it.
    mutating func tensor(_ proto: Winnow_Onnx_TensorProto) throws -> HostTensor {
        let shown = "'\(printable(proto.name))'"
        guard let dtype = Self.dtype(proto.dataType) else {
            throw FormatError(
                file: file,
                found: "has the tensor \(shown) of data type \(Self.name(proto.dataType))",
                expected: "one of " + Self.dtypes.map(\.dtype.rawValue).joined(separator: ", "),
                advice: "Export the network in float32.")
        }
        let shape = proto.dims.map { Int($0) }
        guard let size = HostTensor.byteCount(of: dtype, shape: shape), shape.count <= 64 else {
            throw damaged("gives the tensor \(shown) the impossible shape \(shape.prefix(8))")
        }
        let bytes =
            if proto.dataLocation == 1 {
                try external(proto, shown, size)
            } else if !proto.rawData.isEmpty || size == 0 {
                proto.rawData
            } else {
                try typed(proto, dtype, size, shown)
            }
        guard bytes.count == size else {
            throw damaged(
                "has \(grouped(bytes.count)) bytes for the tensor \(shown)",
                expected: "\(grouped(size)) for shape \(shape) of \(dtype)")
        }
        return HostTensor(dtype: dtype, shape: shape, bytes: bytes)
    }

    func damaged(_ found: String, expected: String = "") -> FormatError {
        .damaged(
            file, found, expected: expected,
            advice: "It is damaged: fetch or export it again.")
    }

    /// Values from the typed fields; 16-bit floats stand as bits in int32_data.
    private func typed(
        _ proto: Winnow_Onnx_TensorProto, _ dtype: HostTensor.DType, _ size: Int, _ shown: String
    ) throws -> Data {
        let count =
            switch dtype {
            case .float32: proto.floatData.count
            case .float64: proto.doubleData.count
            case .int64: proto.int64Data.count
            default: proto.int32Data.count
            }
        guard count * dtype.size == size else {
            throw damaged(
                "has \(grouped(count)) values for the tensor \(shown)",
                expected: grouped(size / dtype.size))
        }
        return switch dtype {
        case .float32: proto.floatData.withUnsafeBytes { Data($0) }
        case .float64: proto.doubleData.withUnsafeBytes { Data($0) }
        case .int64: proto.int64Data.withUnsafeBytes { Data($0) }
        case .int32: proto.int32Data.withUnsafeBytes { Data($0) }
        case .float16, .bfloat16, .int16:
            proto.int32Data.map { UInt16(truncatingIfNeeded: $0) }.withUnsafeBytes { Data($0) }
        case .int8, .uint8, .bool: Data(proto.int32Data.map { UInt8(truncatingIfNeeded: $0) })
        }
    }

    /// The bytes of a tensor in a file beside the model.
    private mutating func external(
        _ proto: Winnow_Onnx_TensorProto, _ shown: String, _ size: Int
    ) throws -> Data {
        let entries = Dictionary(
            proto.externalData.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        let location = entries["location"] ?? ""
        let data = try open(location, shown)
        let offset = entries["offset"].map { Int($0) ?? -1 } ?? 0
        let length = entries["length"].map { Int($0) ?? -1 } ?? size
        guard offset >= 0, length == size else {
            throw damaged(
                "places the tensor \(shown) at offset \(offset), length \(length), of "
                    + "'\(printable(location))'", expected: "\(grouped(size)) bytes")
        }
        guard offset <= data.count, length <= data.count - offset else {
            throw FormatError(
                file: file,
                found: "looks for the tensor \(shown) in '\(printable(location))' up to byte "
                    + "\(grouped(offset.addingReportingOverflow(length).partialValue)), but that file "
                    + "ends at byte \(grouped(data.count))",
                advice: "Fetch '\(printable(location))' again; it belongs beside the model.")
        }
        let start = data.startIndex + offset
        return data[start..<start + length]
    }

    /// Maps an external file, once; never one outside the model's folder.
    private mutating func open(_ location: String, _ shown: String) throws -> Data {
        if let data = mapped[location] { return data }
        let parts = location.split(separator: "/", omittingEmptySubsequences: false)
        guard let folder, !location.isEmpty, !location.contains("\\"), !location.contains("\0"),
            parts.allSatisfy({ !["", ".."].contains($0) })
        else { throw outside(location, shown) }
        let url = folder.appendingPathComponent(location)
        let home = folder.resolvingSymlinksInPath().standardizedFileURL.path
        let real = url.resolvingSymlinksInPath().standardizedFileURL.path
        guard real.hasPrefix(home.hasSuffix("/") ? home : home + "/") else {
            throw outside(location, shown)
        }
        let data = try FileBytes.open(url)
        mapped[location] = data
        return data
    }

    private func outside(_ location: String, _ shown: String) -> FormatError {
        FormatError(
            file: file, found: "places the tensor \(shown) in '\(printable(location))'",
            expected: "a file in the model's own folder",
            advice: "Winnow opens no other: put the file there and export again.")
    }
}

extension ONNXTensors {
    /// A `TensorProto.DataType` by its name and number; by its number alone where it has none.
    static func name(_ code: Int32) -> String {
        let names: [Int32: String] = [
            0: "undefined", 4: "uint16", 8: "string", 12: "uint32", 13: "uint64",
            14: "complex64", 15: "complex128", 17: "float8e4m3fn", 18: "float8e4m3fnuz",
            19: "float8e5m2", 20: "float8e5m2fnuz", 21: "uint4", 22: "int4", 23: "float4e2m1",
        ]
        return names[code].map { "\(code) (\($0))" } ?? "\(code)"
    }
}
