import Core
import Formats
import Foundation

/// Reads every picture of a list exactly once, on a fixed number of threads.
package struct PictureLoader: Sendable {
    /// Called with pictures done and in all, from any thread, one call at a time.
    package typealias Progress = Parallel.Progress

    package var threads: Int
    package var limits: PictureLimits
    package var progress: Progress?
    /// Called with a line for the person, where what is done is not what usually is.
    package var note: (@Sendable (String) -> Void)?
    /// Asked now and then while a file is filled; true stops it, to be gone on with.
    package var isCancelled: (@Sendable () -> Bool)?
    /// Where the pictures go; nil for what the environment says.
    package var place: PicturePlace?

    /// - Parameter threads: defaults to one a core.
    package init(
        threads: Int = ProcessInfo.processInfo.activeProcessorCount,
        limits: PictureLimits = PictureLimits(), progress: Progress? = nil,
        note: (@Sendable (String) -> Void)? = nil, isCancelled: (@Sendable () -> Bool)? = nil,
        place: PicturePlace? = nil
    ) {
        self.threads = max(1, threads)
        self.limits = limits
        self.progress = progress
        (self.note, self.isCancelled, self.place) = (note, isCancelled, place)
    }

    /// The same, telling its progress within a longer list.
    func part(from start: Int, of total: Int) -> PictureLoader {
        var part = self
        guard let whole = progress else { return part }
        part.progress = { done, _ in whole(start + done, total) }
        return part
    }

    /// Reads and decodes each file and hands it to `use`, which runs on several threads at once.
    ///
    /// - Parameter use: gets the index in `files`, the upright RGB picture, and its thread's
    ///   resizer.
    /// - Returns: for each file, in order, what it is or why it could not be read.
    func load<Extra: Sendable>(
        _ files: [String], root: String,
        use: @Sendable (_ index: Int, _ picture: Picture, _ resizer: Resizer) -> Extra
    ) -> [Result<(facts: PictureFacts, extra: Extra), PictureError>] {
        Parallel(threads: threads, progress: progress).map(
            files.count, tools: { _ in Resizer() }
        ) { index, resizer in
            Result { () throws(PictureError) in
                let (facts, picture) = try read(files[index], root: root)
                return (facts: facts, extra: use(index, picture, resizer))
            }
        }.compactMap { $0 }
    }

    /// Whether every file has the given SHA-256; the first that differs ends the search.
    ///
    /// - Parameter hashes: one for each file; nil is no file's.
    func matches(_ files: [String], root: String, hashes: [String?]) -> Bool {
        struct Differs: Error {}
        do throws(Differs) {
            try Parallel(threads: threads, progress: progress).forEach(files.count) {
                index throws(Differs) in
                let path = FolderListing.join(root, files[index])
                let data = try? Picture.readFile(path, limits: limits)
                guard let data, ContentHash.sha256(data) == hashes[index] else { throw Differs() }
            }
            return true
        } catch {
            return false
        }
    }

    private func read(
        _ file: String, root: String
    ) throws(PictureError) -> (PictureFacts, Picture) {
        let path = FolderListing.join(root, file)
        if FolderListing.isEscaped(file), access(path, F_OK) != 0 {
            throw PictureError(file: path, reason: FolderListing.escapedReason)
        }
        let data = try Picture.readFile(path, limits: limits)
        let (picture, doubt) = try Picture.examined(data, named: path, limits: limits)
        let facts = PictureFacts(
            sha256: ContentHash.sha256(data), width: picture.width, height: picture.height,
            doubt: doubt)
        return (facts, picture)
    }
}
