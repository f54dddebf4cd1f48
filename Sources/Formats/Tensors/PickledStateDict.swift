import Foundation

/// Turns what a pickle made into a `StateDict`, fetching storages as they are needed.
struct PickledStateDict {
    let heap: PickleHeap
    let file: String
    /// Bytes that gathered (non-contiguous) tensors may still take.
    private var budget: Int
    /// Bytes of the storages fetched so far.
    private var fetched: [Data?]
    private let fetch: (PickledStorage) throws -> Data

    /// Under these keys training scripts keep the state dict.
    static let nestingKeys = ["state_dict", "model_state_dict", "model"]
    /// Entries named among what was left out.
    static let mostNamed = 5

    /// - Parameters:
    ///   - fileSize: bounds what expanded (stride 0) tensors may take, with 16 MiB on top.
    ///   - fetch: the bytes of a storage, exactly `count` elements or more.
    init(
        _ heap: PickleHeap, file: String, fileSize: Int,
        fetch: @escaping (PickledStorage) throws -> Data
    ) {
        self.heap = heap
        self.file = file
        self.fetch = fetch
        budget = fileSize.addingReportingOverflow(16 << 20).partialValue
        fetched = Array(repeating: nil, count: heap.storages.count)
    }

    /// The state dict that `root` is or, one level down, holds.
    mutating func make(_ root: PickleValue) throws -> StateDict {
        let pairs = try stateDict(in: root)
        let hasTensors = holdsTensors(pairs)
        var dict = StateDict()
        var others: [String] = []
        for (key, value) in pairs {
            // A training script's own entries beside the tensors: counts, names, sets of them.
            if hasTensors, !isTensor(value) {
                others.append(key.shownAsKey + " (\(value.kind))")
                continue
            }
            guard case .text(let name) = key else {
                throw wrong("the key of an entry is \(key.kind)", expected: "a parameter's name")
            }
            if case .foreign(let kind) = value {
                throw FormatError(
                    file: file, found: "its entry '\(printable(name))' is \(value.kind)",
                    expected: "a dense tensor of real numbers",
                    advice: ForeignTensors.advice(kind))
            }
            guard case .tensor(let index) = value else {
                throw wrong(
                    "its entry '\(printable(name))' is \(value.kind)", expected: "a tensor")
            }
            guard dict[name] == nil else {
                throw wrong("has two tensors named '\(printable(name))'", expected: "one")
            }
            dict[name] = try tensor(heap.tensors[index], name: name)
        }
        if !others.isEmpty {
            let more =
                others.count > Self.mostNamed ? " and \(others.count - Self.mostNamed) more" : ""
            dict.notes.append(
                "what is no tensor is left out: "
                    + others.prefix(Self.mostNamed).joined(separator: ", ") + more)
        }
        return dict
    }

    private mutating func tensor(_ view: PickledTensor, name: String) throws -> HostTensor {
        let storage = heap.storages[view.storage]
        guard let count = view.elementCount(within: storage.count) else {
            throw FormatError.damaged(
                file,
                "its tensor '\(printable(name))' (shape \(view.shape), strides \(view.strides), "
                    + "offset \(view.offset)) reaches outside its storage",
                expected: "a place within \(grouped(storage.count)) elements")
        }
        let bytes = try bytes(of: view.storage)
        let width = storage.dtype.size
        if view.isContiguous || count == 0 {
            let start = bytes.startIndex + view.offset * width
            return HostTensor(
                dtype: storage.dtype, shape: view.shape, bytes: bytes[start..<start + count * width]
            )
        }
        let (size, overflow) = count.multipliedReportingOverflow(by: width)
        guard !overflow, size <= budget else {
            throw FormatError.damaged(
                file,
                "its tensor '\(printable(name))' repeats a small storage to shape \(view.shape)",
                expected: "no more than the file's own size")
        }
        budget -= size
        return HostTensor(
            dtype: storage.dtype, shape: view.shape,
            bytes: view.gathered(from: bytes, dtype: storage.dtype, count: count))
    }

    private mutating func bytes(of index: Int) throws -> Data {
        if let known = fetched[index] { return known }
        let storage = heap.storages[index]
        let bytes = try fetch(storage)
        guard bytes.count / storage.dtype.size >= storage.count else {
            throw FormatError.damaged(
                file, "its storage \(printable(storage.key)) holds \(grouped(bytes.count)) bytes",
                expected: "\(grouped(storage.count)) elements of \(storage.dtype.size) bytes")
        }
        fetched[index] = bytes
        return bytes
    }

    func wrong(_ found: String, expected: String) -> FormatError {
        FormatError(
            file: file, found: found, expected: expected,
            advice: "Save the state dict alone: torch.save(model.state_dict(), path).")
    }
}
