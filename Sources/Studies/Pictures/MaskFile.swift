import Core
import Formats
import Foundation
import Pruning

/// Masks in a file of their own, a bit a weight: all that a pruning adds to the network it prunes.
enum MaskFile {
    /// One mask, as the file's metadata lists it.
    private struct Entry: Codable {
        let name: String
        let shape: [Int]
    }

    private static func file(_ folder: URL) -> URL {
        folder.appendingPathComponent("masks.safetensors")
    }

    static func exists(in folder: URL) -> Bool {
        FileManager.default.fileExists(atPath: file(folder).path)
    }

    /// Writes `masks.safetensors`: weight i of a layer is bit i % 8 of byte i / 8.
    static func write(_ masks: Masks, to folder: URL) throws {
        var dict = StateDict()
        for layer in masks.layers {
            let bits = bits(layer.bytes)
            dict[layer.name] = HostTensor(dtype: .uint8, shape: [bits.count], bytes: Data(bits))
        }
        let entries = masks.layers.map { Entry(name: $0.name, shape: $0.shape) }
        dict.metadata["masks"] = try CanonicalJSON.line.text(entries)
        try SafetensorsWriter.write(dict, to: file(folder))
    }

    /// Whole bytes at a time: a bit at a time through `Data`, this was a third of a pruning.
    private static func bits(_ bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBufferPointer { bytes in
            [UInt8](unsafeUninitializedCapacity: (bytes.count + 7) / 8) { bits, count in
                count = (bytes.count + 7) / 8
                for index in 0..<count {
                    var byte: UInt8 = 0
                    for bit in 0..<min(8, bytes.count - 8 * index) where bytes[8 * index + bit] != 0
                    {
                        byte |= 1 << UInt8(bit)
                    }
                    bits[index] = byte
                }
            }
        }
    }

    /// Reads what `write` wrote.
    ///
    /// - Throws: `FormatError` for a damaged file.
    static func read(_ folder: URL) throws -> Masks {
        let dict = try TensorFile.read(file(folder))
        func fail(_ found: String) -> FormatError {
            FormatError(
                file: file(folder).path, found: found, expected: "the masks of a pruning",
                advice: "Run the same command again: the stage is then done again.")
        }
        guard let text = dict.metadata["masks"],
            let entries = try? JSONDecoder().decode([Entry].self, from: Data(text.utf8))
        else { throw fail("does not list its masks") }
        return try Masks(
            entries.map { entry in
                guard let tensor = dict[entry.name], tensor.dtype == .uint8,
                    let count = count(entry.shape), tensor.bytes.count == (count + 7) / 8
                else { throw fail("its mask '\(entry.name)' does not have the size of its shape") }
                let bits = Array(tensor.bytes)
                let bytes = (0..<count).map { bits[$0 / 8] >> UInt8($0 % 8) & 1 }
                return try LayerMask(name: entry.name, shape: entry.shape, bytes: bytes)
            })
    }

    /// The elements of a shape; nil for one that no tensor has.
    private static func count(_ shape: [Int]) -> Int? {
        var count = 1
        for size in shape {
            let (product, overflows) = count.multipliedReportingOverflow(by: size)
            guard size >= 0, !overflows, product <= 1 << 40 else { return nil }
            count = product
        }
        return count
    }
}
