import Foundation

extension PthReader {
    /// The integer 0x1950a86a20f9469cfc6c that opens a legacy file, little-endian.
    static let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]

    /// Reads the form before PyTorch 1.6: pickles of the magic number, protocol version, system
    /// facts, state dict and storage keys, then each storage as an int64 count and its elements.
    ///
    /// - Throws: `FormatError` naming `file`.
    package static func readLegacy(_ data: Data, file: String) throws -> StateDict {
        let size = min(data.count, PickleMachine.largestPickle)
        let front = try data.copy(at: 0, count: size, file: file, part: "pickle")
        var machine = PickleMachine(front, file: file)
        try requireMagic(&machine)
        let root = try machine.load()
        let keys = try storageKeys(&machine)
        let places = try locate(
            keys, in: data, from: machine.cursor.offset, heap: machine.heap, file)
        var reader = PickledStateDict(machine.heap, file: file, fileSize: data.count) { storage in
            guard let place = places[storage.key] else {
                throw FormatError.damaged(file, "lacks the storage \(printable(storage.key))")
            }
            return data[place]
        }
        return try reader.make(root)
    }

    private static func requireMagic(_ machine: inout PickleMachine) throws {
        let (magicNumber, version, system) = try (machine.load(), machine.load(), machine.load())
        let file = machine.cursor.file
        guard magicNumber == .bigInteger(magic), version == .integer(1001) else {
            throw FormatError(
                file: file, found: "is a pickle, but not one of torch.save",
                expected: "PyTorch's magic number and protocol 1001",
                advice: "Check that it is a weights file.")
        }
        let order = machine.heap.pairs(system)?.first { $0.key == .text("little_endian") }?.value
        guard order == .bool(true) else {
            throw FormatError(
                file: file, found: "was written on a big-endian machine",
                expected: "little-endian numbers",
                advice: "Save it again on a little-endian machine.")
        }
    }

    private static func storageKeys(_ machine: inout PickleMachine) throws -> [String] {
        let list = try machine.load()
        let keys = machine.heap.sequence(list) ?? [.none]
        return try keys.map { key in
            guard case .text(let text) = key else {
                throw machine.refusal("its list of storages holds \(key.kind)", expected: "keys")
            }
            return text
        }
    }

    /// Where each storage's elements lie; they must fill the rest of the file exactly.
    private static func locate(
        _ keys: [String], in data: Data, from start: Int, heap: PickleHeap, _ file: String
    ) throws -> [String: Range<Int>] {
        var places: [String: Range<Int>] = [:]
        var place = start
        for key in keys {
            if let kind = heap.foreignStorages[key] {
                throw FormatError(
                    file: file, found: "holds a \(kind) tensor",
                    expected: "dense tensors of real numbers", advice: ForeignTensors.advice(kind))
            }
            guard let index = heap.storageByKey[key], places[key] == nil else {
                throw FormatError.damaged(
                    file, "its list of storages has \(printable(key)) twice or for no tensor")
            }
            let storage = heap.storages[index]
            let (size, overflow) = storage.count.multipliedReportingOverflow(by: storage.dtype.size)
            let (end, overflow2) = size.addingReportingOverflow(place + 8)
            guard !overflow, !overflow2, end <= data.count else {
                throw FormatError.cutOff(
                    file, at: data.count, part: "directory",
                    says: expectedSize(keys, from: start, heap: heap))
            }
            let header = try data.copy(at: place, count: 8, file: file, part: "storage")
            var cursor = ByteCursor(header, file: file, part: "storage")
            let count = try cursor.u64()
            guard count == storage.count else {
                throw FormatError.damaged(
                    file, "its storage \(printable(key)) says \(grouped(count)) elements",
                    expected: grouped(storage.count))
            }
            places[key] = data.startIndex + place + 8..<data.startIndex + end
            place = end
        }
        return places
    }

    /// The length that the file should have; `Int.max` when that cannot be counted.
    private static func expectedSize(_ keys: [String], from start: Int, heap: PickleHeap) -> Int {
        keys.reduce(start) { total, key in
            guard let index = heap.storageByKey[key] else { return total }
            let storage = heap.storages[index]
            let (size, overflow) = storage.count.multipliedReportingOverflow(by: storage.dtype.size)
            let (sum, overflow2) = total.addingReportingOverflow(size)
            let (end, overflow3) = sum.addingReportingOverflow(8)
            return overflow || overflow2 || overflow3 ? Int.max : end
        }
    }
}
