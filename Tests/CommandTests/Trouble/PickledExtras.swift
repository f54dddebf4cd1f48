import Formats
import Foundation

/// A `.pth` with one more entry in its state dict, in the pickle that PyTorch or Python writes for it.
enum PickledExtras {
    /// Writes the small network's weights with the entry `extra`, whose value is `code`.
    static func write(_ folder: URL, _ code: [UInt8]) throws {
        try TroubleFiles.weights(folder)
        let file = folder.appending(path: "w.pth")
        let archive = try ZipArchive(Data(contentsOf: file), file: "w.pth")
        let entries = try archive.entries.map {
            ($0.name, Data(try archive.contents($0, limit: 1 << 24)))
        }
        try AtomicFile.write(to: file) { sink in
            var zip = ZipWriter(sink, file: "w.pth")
            for (name, data) in entries {
                // The pickle ends with SETITEMS and STOP: the entry goes before them.
                try zip.add(
                    name,
                    name.hasSuffix("data.pkl")
                        ? data.dropLast(2) + Data(text("extra") + code + Array("u.".utf8)) : data)
            }
            try zip.finish()
        }
    }

    static func text(_ text: String) -> [UInt8] {
        [UInt8(ascii: "X"), UInt8(text.utf8.count), 0, 0, 0] + Array(text.utf8)
    }

    private static func global(_ name: String) -> [UInt8] {
        let parts = name.split(separator: ".")
        let module = parts.dropLast().joined(separator: ".")
        return Array("c\(module)\n\(parts.last ?? "")\n".utf8)
    }

    private static func number(_ value: UInt8) -> [UInt8] { [UInt8(ascii: "K"), value] }
    private static func tuple(_ values: [UInt8]) -> [UInt8] {
        Array("(".utf8) + values + Array("t".utf8)
    }

    private static func storage(_ type: String) -> [UInt8] {
        tuple(text("storage") + global(type) + text("9") + text("cpu") + number(4))
            + Array("Q".utf8)
    }

    private static let hooks = global("collections.OrderedDict") + Array(")R".utf8)
    private static let view = number(0) + tuple(number(4)) + tuple(number(1))

    static let set =
        global("__builtin__.set")
        + tuple(Array("](".utf8) + number(1) + number(2) + Array("e".utf8))
        + Array("R".utf8)
    static let complex =
        global("torch._utils._rebuild_tensor_v2")
        + tuple(storage("torch.ComplexFloatStorage") + view + [0x89] + hooks) + Array("R".utf8)
    static let eightBit =
        global("torch._utils._rebuild_tensor_v3")
        + tuple(
            storage("torch.storage.UntypedStorage") + view + [0x89] + hooks
                + global("torch.float8_e4m3fn")) + Array("R".utf8)
    static let quantized =
        global("torch._utils._rebuild_qtensor")
        + tuple(
            storage("torch.QInt8Storage") + view
                + tuple(global("torch.per_tensor_affine") + number(1) + number(0)) + [0x89] + hooks)
        + Array("R".utf8)
    static let sparse =
        global("torch._utils._rebuild_sparse_tensor")
        + tuple(
            global("torch.serialization._get_layout") + tuple(text("torch.sparse_coo"))
                + Array("R".utf8) + tuple(number(1))) + Array("R".utf8)
}
