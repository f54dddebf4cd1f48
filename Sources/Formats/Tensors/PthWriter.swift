import Foundation

/// Writes a state dict as `torch.save` does: a zip of stored entries with a protocol 2 pickle.
///
/// `torch.load(path, weights_only=True)` gives an OrderedDict of contiguous CPU tensors. The same
/// state dict gives the same bytes. A `.pth` has no place for `metadata`, which is left out.
package enum PthWriter {
    private static let folder = "archive/"

    /// - Throws: `FormatError` when the disk refuses, or above zip's 4 GiB.
    package static func write(_ dict: StateDict, to url: URL) throws {
        let entries = dict.entries
        try AtomicFile.write(to: url, check: { _ = try TensorFile.read($0) }) { sink in
            var zip = ZipWriter(sink, file: url.shownPath)
            try zip.add(folder + "data.pkl", Data(pickle(of: entries)))
            try zip.add(folder + "byteorder", Data("little".utf8))
            for (index, entry) in entries.enumerated() {
                try zip.add(folder + "data/\(index)", entry.tensor.bytes)
            }
            try zip.add(folder + "version", Data("3\n".utf8))
            try zip.finish()
        }
    }

    /// `OrderedDict` of name to `_rebuild_tensor_v2(storage, 0, shape, stride, False,
    /// OrderedDict())`.
    private static func pickle(of entries: [(name: String, tensor: HostTensor)]) -> [UInt8] {
        var code = PickleCode()
        code.emptyOrderedDict()
        code.op("(")
        for (index, entry) in entries.enumerated() {
            code.text(entry.name)
            tensor(entry.tensor, key: String(index), &code)
        }
        code.op("u")  // SETITEMS
        code.op(".")
        return code.bytes
    }

    private static func tensor(_ tensor: HostTensor, key: String, _ code: inout PickleCode) {
        code.global("torch._utils", "_rebuild_tensor_v2")
        code.op("(")
        code.op("(")
        code.text("storage")
        code.global("torch", storageName(tensor.dtype))
        code.text(key)
        code.text("cpu")
        code.integer(tensor.count)
        code.op("t")
        code.op("Q")  // BINPERSID
        code.integer(0)
        code.tuple(tensor.shape)
        code.tuple(rowMajorStrides(tensor.shape))
        code.op(0x89)  // requires_grad: NEWFALSE
        code.emptyOrderedDict()
        code.op("t")
        code.op("R")  // REDUCE
    }

    private static func storageName(_ dtype: HostTensor.DType) -> String {
        switch dtype {
        case .float32: "FloatStorage"
        case .float16: "HalfStorage"
        case .bfloat16: "BFloat16Storage"
        case .float64: "DoubleStorage"
        case .int64: "LongStorage"
        case .int32: "IntStorage"
        case .int16: "ShortStorage"
        case .int8: "CharStorage"
        case .uint8: "ByteStorage"
        case .bool: "BoolStorage"
        }
    }

    /// The strides, in elements, of a row-major tensor.
    static func rowMajorStrides(_ shape: [Int]) -> [Int] {
        var strides = [Int](repeating: 1, count: shape.count)
        for axis in shape.indices.dropLast().reversed() {
            strides[axis] = strides[axis + 1] * max(shape[axis + 1], 1)
        }
        return strides
    }
}

/// Pickle opcodes of protocol 2, as bytes.
private struct PickleCode {
    var bytes: [UInt8] = [0x80, 2]

    mutating func op(_ code: UInt8) { bytes.append(code) }
    mutating func op(_ character: Unicode.Scalar) { bytes.append(UInt8(ascii: character)) }

    mutating func text(_ text: String) {
        op("X")
        bytes += littleEndian([UInt32(truncatingIfNeeded: text.utf8.count)]) + Array(text.utf8)
    }

    mutating func global(_ module: String, _ name: String) {
        op("c")
        bytes += Array("\(module)\n\(name)\n".utf8)
    }

    /// BININT up to 31 bits, LONG1 of 8 bytes above.
    mutating func integer(_ value: Int) {
        if let small = Int32(exactly: value) {
            op("J")
            bytes += littleEndian([small])
        } else {
            bytes += [0x8A, 8] + littleEndian([value])
        }
    }

    mutating func tuple(_ values: [Int]) {
        op("(")
        values.forEach { integer($0) }
        op("t")
    }

    mutating func emptyOrderedDict() {
        global("collections", "OrderedDict")
        op(")")
        op("R")
    }
}
