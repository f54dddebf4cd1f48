import Foundation

/// The bytes of prepared pictures, one after the other: in memory, or mapped from a file.
package struct PicturePixels: Sendable {
    private enum Storage: Sendable {
        case memory([UInt8])
        case mapped(MappedFile, Range<Int>)
    }

    private let storage: Storage
    /// Where else they lie.
    let residence = PictureResidence()

    /// Bytes in memory.
    package init(_ bytes: [UInt8]) { storage = .memory(bytes) }

    /// A part of a mapped file.
    init(_ file: MappedFile, _ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= file.count, "outside the file")
        storage = .mapped(file, range)
    }

    /// Whether the bytes lie in a file and come into memory when they are needed.
    package var isMapped: Bool {
        if case .mapped = storage { true } else { false }
    }

    /// The number of bytes.
    package var count: Int {
        switch storage {
        case .memory(let bytes): bytes.count
        case .mapped(_, let range): range.count
        }
    }

    /// All bytes, for as long as `body` runs.
    package func withUnsafeBufferPointer<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result {
        switch storage {
        case .memory(let bytes): try bytes.withUnsafeBufferPointer(body)
        case .mapped(let file, let range):
            try withExtendedLifetime(file) {
                let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[range])
                return try body(bytes.bindMemory(to: UInt8.self))
            }
        }
    }

    /// Some of the bytes, copied.
    package subscript(range: Range<Int>) -> [UInt8] { withUnsafeBufferPointer { Array($0[range]) } }

    /// Tells the system that some bytes are needed soon, so that it reads them in one go; what lies in
    /// memory is left alone.
    package func willNeed(_ range: Range<Int>) {
        guard case .mapped(let file, let whole) = storage else { return }
        file.willNeed(whole.lowerBound + range.lowerBound..<whole.lowerBound + range.upperBound)
    }
}

extension PicturePixels: Equatable {
    package static func == (a: PicturePixels, b: PicturePixels) -> Bool {
        a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in a.elementsEqual(b) }
        }
    }
}
