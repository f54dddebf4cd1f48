import Foundation

/// A whole file as memory that the system reads when it is touched and takes back when it is short.
///
/// The file must not be cut while it is mapped; Winnow only renames and removes what it maps.
final class MappedFile: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer
    var count: Int { bytes.count }

    /// - Throws: `DatasetError` where the system refuses, an empty file included.
    init(_ file: PictureFileHandle) throws(DatasetError) {
        let count = try file.count()
        let memory = count > 0 ? mmap(nil, count, PROT_READ, MAP_SHARED, file.descriptor, 0) : nil
        guard let memory, memory != MAP_FAILED else {
            throw DatasetError(
                "\(file.path): cannot be mapped (\(count) bytes): "
                    + (count > 0 ? String(cString: strerror(errno)) : "it is empty"))
        }
        bytes = UnsafeRawBufferPointer(start: memory, count: count)
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }

    /// Has a range read in the background.
    func willNeed(_ range: Range<Int>) {
        let page = Int(getpagesize())
        let start = range.lowerBound / page * page
        // Advice: nothing depends on it, so neither does anything on its being taken.
        _ = bytes.baseAddress.map {
            madvise(
                UnsafeMutableRawPointer(mutating: $0 + start), range.upperBound - start,
                MADV_WILLNEED)
        }
    }
}
