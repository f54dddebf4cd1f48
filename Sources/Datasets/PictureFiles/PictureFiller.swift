import Foundation

/// Prepares pictures into a file, block by block: aside, then renamed when the disk holds it all.
///
/// After each block the file's head says how far it is, so a run that was stopped is gone on with.
struct PictureFiller {
    let listing: PictureListing
    let preprocessing: Preprocessing
    let loader: PictureLoader
    let place: PicturePlace

    /// Fills `path`.
    ///
    /// - Parameter whole: the finished file, if another process has made it meanwhile.
    func fill(
        _ path: String, _ head: PictureFileHead,
        whole: () throws(DatasetError) -> PictureFile?
    ) throws(DatasetError) -> PictureFile {
        let aside = try PictureFileHandle.filling(path + ".partial")
        if !(try aside.lock(wait: false)) {
            loader.note?("\(aside.path) is being filled by another process: waiting for it")
            _ = try aside.lock(wait: true)
        }
        if let file = try whole() {
            unlink(aside.path)
            return file
        }
        let start = try resumed(aside, head)
        try checkSpace(start, aside)
        try aside.setCount(head.fileBytes)
        try finish(filled(start, aside), aside)
        try place(aside, at: path)
        guard let file = try whole() else {
            throw DatasetError("\(path): gone as soon as it was made. Run the same again")
        }
        return file
    }

    /// The head of a run that was stopped, or the given one where there was none.
    private func resumed(
        _ file: PictureFileHandle, _ head: PictureFileHead
    ) throws(DatasetError) -> PictureFileHead {
        let bytes = try file.read(PictureFileHead.bytes, at: 0)
        if let found = try? PictureFileHead(bytes), found.describesSame(head), found.done > 0,
            try file.count() == head.fileBytes
        {
            loader.note?("\(file.path) has \(found.done) of \(head.count) pictures: going on")
            return found
        }
        try file.setCount(0)
        return head
    }

    /// Throws where the disk cannot take the file.
    private func checkSpace(
        _ head: PictureFileHead, _ file: PictureFileHandle
    ) throws(DatasetError) {
        var disk = statvfs()
        guard fstatvfs(file.descriptor, &disk) == 0 else { return }
        let free = Double(disk.f_bavail) * Double(disk.f_frsize)
        let written = head.kept * head.pictureBytes + head.done * PictureRecord.bytes
        let needed = Double(head.fileBytes - written)
        guard needed > free else { return }
        unlink(file.path)
        throw DatasetError(
            "\(head.count) pictures at \(head.width) x \(head.height) need "
                + "\(PicturePlace.gigabytes(Double(head.tableStart))) GB, more than "
                + "\(place.memoryWords), and a file of \(Int(needed)) more bytes in "
                + "\(place.folder.path), where \(Int(free)) are free. Free some, choose a smaller size "
                + "or fewer pictures, or name another cache folder with WINNOW_CACHE=FOLDER")
    }

    /// Prepares what is left; returns the head with every file done.
    private func filled(
        _ start: PictureFileHead, _ file: PictureFileHandle
    ) throws(DatasetError) -> PictureFileHead {
        var head = start
        let most = max(1, min(head.count, place.blockBytes / head.pictureBytes))
        let block = UnsafeMutablePointer<UInt8>.allocate(capacity: most * head.pictureBytes)
        defer { block.deallocate() }
        while head.done < head.count {
            if loader.isCancelled?() == true {
                throw DatasetError(
                    "stopped with \(head.done) of \(head.count) pictures in \(file.path). Run the "
                        + "same command to go on")
            }
            let range = head.done..<min(head.count, head.done + most)
            try write(range, &head, block, file)
        }
        return head
    }

    /// Prepares a block and writes its pictures, its records and then the head.
    private func write(
        _ range: Range<Int>, _ head: inout PictureFileHead, _ block: UnsafeMutablePointer<UInt8>,
        _ file: PictureFileHandle
    ) throws(DatasetError) {
        nonisolated(unsafe) let base = block
        let each = head.pictureBytes
        let outcomes = loader.part(from: range.lowerBound, of: head.count).load(
            listing.files[range].map(\.file), root: listing.root
        ) { index, picture, resizer in
            preprocessing.prepare(picture, with: resizer, into: base + index * each)
            return PicturePrint(picture, resizer: resizer)
        }
        let bytes = PictureStore.closeGaps(base, outcomes, each)
        try file.write(UnsafeRawBufferPointer(start: base, count: bytes), at: head.pixelsEnd)
        let records = outcomes.flatMap(PictureRecord.encoded)
        try file.write(records, at: head.tableStart + range.lowerBound * PictureRecord.bytes)
        try file.sync()
        head.kept += bytes / each
        head.done = range.upperBound
        try file.write(head.encoded(), at: 0)
    }

    /// Writes the finished head.
    private func finish(
        _ filled: PictureFileHead, _ file: PictureFileHandle
    ) throws(DatasetError) {
        var head = filled
        head.table = withExtendedLifetime(try MappedFile(file)) { written in
            PictureFile.hash(UnsafeRawBufferPointer(rebasing: written.bytes[head.tableStart...]))
        }
        try file.write(head.encoded(), at: 0)
        try file.sync()
    }

    private func place(_ file: PictureFileHandle, at path: String) throws(DatasetError) {
        guard rename(file.path, path) == 0 else {
            throw DatasetError(
                "\(file.path): cannot be renamed: \(String(cString: strerror(errno)))")
        }
    }
}
