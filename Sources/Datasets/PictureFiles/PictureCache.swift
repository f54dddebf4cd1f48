import Foundation

/// Pictures that memory does not hold: finds their file in the cache folder, or fills one.
///
/// A file is named by the list of pictures and by their state on disk (`PictureListing`), so that
/// finding it again opens none of them.
struct PictureCache {
    let listing: PictureListing
    let preprocessing: Preprocessing
    let loader: PictureLoader
    let place: PicturePlace

    private static let ending = ".pictures"
    private static let stopped = ending + ".partial"

    /// The pictures' file, filled where there was none.
    ///
    /// - Throws: `DatasetError` where the folder or the file cannot be read or written, or the disk is
    ///   too small.
    func file() throws(DatasetError) -> PictureFile {
        do {
            try FileManager.default.createDirectory(
                at: place.folder, withIntermediateDirectories: true)
        } catch {
            throw DatasetError(
                "the cache folder \(place.folder.path) cannot be made "
                    + "(\(error.localizedDescription)). Name another with WINNOW_CACHE=FOLDER")
        }
        let head = PictureFileHead(
            preprocessing, count: listing.files.count, root: root,
            listing: listing.name(preprocessing))
        let name = "\(head.listing.prefix(16))-\(listing.state(threads: loader.threads).prefix(32))"
        let path = path(name + Self.ending)
        let need = PicturePlace.gigabytes(Double(head.tableStart))
        loader.note?("\(need) GB are more than \(place.memoryWords): mapped from \(path)")
        if let file = try whole(path, head) { return file }
        if let file = try renamed(to: path, head) { return file }
        try removeStopped(head, but: name + Self.stopped)
        let filler = PictureFiller(
            listing: listing, preprocessing: preprocessing, loader: loader, place: place)
        return try filler.fill(path, head) { () throws(DatasetError) in try whole(path, head) }
    }

    /// The folder of the pictures, however it was named.
    private var root: String {
        URL(fileURLWithPath: listing.root).resolvingSymlinksInPath().path
    }

    private func path(_ name: String) -> String { place.folder.appendingPathComponent(name).path }

    /// The file of that name, where it is whole; one that is damaged is removed, which is said.
    private func whole(_ path: String, _ head: PictureFileHead) throws(DatasetError) -> PictureFile?
    {
        switch try PictureFile.open(path) {
        case nil: return nil
        case .success(let file) where file.head.describesSame(head): return file
        case .success: try remove(path, "\(path) is of other pictures: it is made again")
        case .failure(let damage): try remove(path, "\(path) \(damage.words): it is made again")
        }
        return nil
    }

    /// A file of the same list that was filled when the pictures' files had other times, if their
    /// contents are the same: then it gets the new name. Of the same folder, others are removed.
    private func renamed(
        to path: String, _ head: PictureFileHead
    ) throws(DatasetError) -> PictureFile? {
        for name in others(head, Self.ending) {
            let old = self.path(name)
            guard let file = try whole(old, head) else { continue }
            loader.note?("\(old) holds these names: comparing contents")
            if try holdsSame(file) {
                guard rename(old, path) == 0 else {
                    throw DatasetError(
                        "\(old): cannot be renamed: \(String(cString: strerror(errno)))")
                }
                // Copies that are not found again are looked for again.
                rename(PictureFile.copies(old), PictureFile.copies(path))
                return try whole(path, head)
            }
            if file.head.root == root { try remove(old, "\(old) is out of date: removed") }
        }
        return nil
    }

    /// Removes what stopped runs left of the folder's pictures before they changed.
    private func removeStopped(_ head: PictureFileHead, but own: String) throws(DatasetError) {
        for name in others(head, Self.stopped) where name != own {
            guard let file = try PictureFileHandle.reading(path(name)),
                try file.lock(wait: false),
                let left = try? PictureFileHead(file.read(PictureFileHead.bytes, at: 0)),
                left.root == root
            else { continue }
            try remove(path(name), "\(path(name)) is out of date: removed")
        }
    }

    /// Names of files of the same list.
    private func others(_ head: PictureFileHead, _ ending: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: place.folder.path)) ?? []
        let start = "\(head.listing.prefix(16))-"
        return NameOrder.sorted(names.filter { $0.hasPrefix(start) && $0.hasSuffix(ending) })
    }

    private func holdsSame(_ file: PictureFile) throws(DatasetError) -> Bool {
        let outcomes = try file.outcomes(listing.files, root: listing.root, prints: false)
        let hashes = outcomes.map { try? $0.get().facts.sha256 }
        return loader.matches(listing.files.map(\.file), root: listing.root, hashes: hashes)
    }

    private func remove(_ path: String, _ words: String) throws(DatasetError) {
        loader.note?(words)
        unlink(PictureFile.copies(path))
        guard unlink(path) == 0 || errno == ENOENT else {
            throw DatasetError("\(path): cannot be removed: \(String(cString: strerror(errno)))")
        }
    }
}
