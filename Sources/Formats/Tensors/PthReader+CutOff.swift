import Foundation

extension PthReader {
    /// Says how much of a cut-off zip `.pth` is missing.
    ///
    /// A zip's directory is at its end, so a cut-off file has lost it; but `torch.save` puts the
    /// pickle first, and that lists every storage with its size.
    ///
    /// - Returns: nil when the pickle cannot be read, or the file is long enough for what it lists.
    static func cutOff(_ data: Data, file: String) -> FormatError? {
        guard let listed = try? listedBytes(data, file: file), listed > data.count else {
            return nil
        }
        return FormatError(
            file: file,
            found: "ends at byte \(grouped(data.count)) but the tensors that it lists take "
                + "\(grouped(listed)): the download was cut off",
            advice: "Fetch it again.")
    }

    /// The bytes up to the end of the pickle and those of the storages that it lists.
    private static func listedBytes(_ data: Data, file: String) throws -> Int? {
        let part = "first entry"
        let header = try data.copy(at: 0, count: 30, file: file, part: part)
        var cursor = ByteCursor(header, file: file, part: part)
        try cursor.skip(8)
        let method = try cursor.u16()
        try cursor.skip(16)
        let (nameSize, extraSize) = try (cursor.u16(), cursor.u16())
        let name = try data.copy(at: 30, count: nameSize, file: file, part: part)
        guard method == 0, String(decoding: name, as: UTF8.self).hasSuffix("data.pkl") else {
            return nil
        }
        let start = 30 + nameSize + extraSize
        let size = min(max(data.count - start, 0), PickleMachine.largestPickle)
        var machine = PickleMachine(
            try data.copy(at: start, count: size, file: file, part: part), file: file)
        _ = try machine.load()
        let pickleEnd = start + machine.cursor.offset
        return machine.heap.storages.reduce(pickleEnd) { total, storage -> Int? in
            let (size, overflow) = storage.count.multipliedReportingOverflow(by: storage.dtype.size)
            guard let (sum, overflow2) = total?.addingReportingOverflow(size) else { return nil }
            return overflow || overflow2 ? nil : sum
        }
    }
}
