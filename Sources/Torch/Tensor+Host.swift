import CTorch

/// Bytes that lie in one piece: what a tensor can be made from.
package protocol ContiguousBytesProvider {
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result
}

extension Array: ContiguousBytesProvider where Element == UInt8 {
    package func withBytes<Result>(
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try withUnsafeBytes(body)
    }
}

extension ArraySlice: ContiguousBytesProvider where Element == UInt8 {
    package func withBytes<Result>(
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try withUnsafeBytes(body)
    }
}

extension UnsafeRawBufferPointer: ContiguousBytesProvider {
    package func withBytes<Result>(
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try body(self)
    }
}

extension Tensor {
    /// Its elements in row-major order, converted to `Element`.
    package func values<Element: TensorElement>(_ type: Element.Type = Element.self) throws
        -> [Element]
    {
        let source = dtype == Element.dtype ? self : try to(dtype: Element.dtype)
        let total = count
        return try [Element](unsafeUninitializedCapacity: total) { buffer, initialized in
            let raw = UnsafeMutableRawBufferPointer(buffer)
            try source.copyBytes(
                to: UnsafeMutableRawBufferPointer(
                    rebasing: raw[..<(total * Element.dtype.byteCount)]))
            initialized = total
        }
    }

    /// Its raw little-endian bytes in row-major order.
    package func bytes() throws -> [UInt8] {
        let total = count * dtype.byteCount
        return try [UInt8](unsafeUninitializedCapacity: total) { buffer, initialized in
            try copyBytes(
                to: UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[..<total]))
            initialized = total
        }
    }

    /// Copies its elements in row-major order; `buffer` must have exactly their size.
    package func copyBytes(to buffer: UnsafeMutableRawBufferPointer) throws {
        try check("copyBytes", [self]) { wt_to_bytes(handle, buffer.baseAddress, buffer.count) }
    }

    /// Writes the memory of a dense CPU tensor in place, whatever its type.
    package func withBytes(_ body: (UnsafeMutableRawBufferPointer) throws -> Void) throws {
        guard isContiguous || isChannelsLast, let memory = wt_data(handle) else {
            if count == 0 { return }
            throw TorchError(
                operation: "withBytes", shapes: [shape], message: "not a dense tensor of the CPU")
        }
        try body(UnsafeMutableRawBufferPointer(start: memory, count: count * dtype.byteCount))
    }

    /// The only element, as a number.
    package func item() throws -> Double {
        var value = 0.0
        try check("item", [self]) { wt_item(&value, handle) }
        return value
    }

    /// Reads or writes the memory of a CPU tensor in place, in its own memory order.
    ///
    /// - Throws: `TorchError` when it is elsewhere or of another type.
    package func withMemory<Element: TensorElement, Result>(
        of type: Element.Type, _ body: (UnsafeMutableBufferPointer<Element>) throws -> Result
    ) throws -> Result {
        guard dtype == Element.dtype, isContiguous || isChannelsLast else {
            throw TorchError(
                operation: "withMemory", shapes: [shape],
                message: "needs a dense \(Element.dtype) tensor, got \(dtype)")
        }
        let total = count
        guard
            let memory = wt_data(handle)
                ?? (total == 0 ? UnsafeMutableRawPointer(bitPattern: 8) : nil)
        else {
            throw TorchError(
                operation: "withMemory", shapes: [shape], message: "lives on \(device)")
        }
        return try body(
            UnsafeMutableBufferPointer(
                start: memory.assumingMemoryBound(to: Element.self), count: total))
    }
}
