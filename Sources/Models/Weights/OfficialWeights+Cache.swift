import Core
import Formats
import Foundation

extension OfficialWeights {
    /// What was checked last: while the file keeps this size and time, its hash is not read again.
    private struct Stamp: Codable, Equatable {
        let sha256: String
        let bytes: Int
        let modified: Int
    }

    private var stampFile: URL { URL(fileURLWithPath: cached.path + ".checked") }

    /// Whether the cache has a file of that name, checked or not.
    package var isCached: Bool { FileManager.default.fileExists(atPath: cached.path) }

    /// The file in the cache, or nil when there is none. Reads all of it only when it has changed
    /// since it was checked, as after it was put there by hand.
    ///
    /// - Throws: `OfficialWeightsError` when what is there is not the file.
    package func checked() throws -> URL? {
        guard isCached else { return nil }
        if let stamp = try? JSONDecoder().decode(Stamp.self, from: Data(contentsOf: stampFile)),
            stamp.sha256.hasPrefix(hashPrefix), stamp == Self.stamp(of: cached, stamp.sha256)
        {
            return cached
        }
        leaveStamp(try verify(cached))
        return cached
    }

    /// Copies a file that was fetched by hand into the cache, once its hash is checked.
    ///
    /// - Throws: `OfficialWeightsError` when it is not the official file; `FormatError` when it
    ///   cannot be read or the copy cannot be written.
    package func adopt(_ source: URL) throws -> URL {
        let bytes = try FileBytes.open(source, limit: WeightsDownload.mostBytes)
        let hash = try require(ContentHash.sha256(bytes), of: source)
        try makeFolder()
        try AtomicFile.write(bytes, to: cached)
        leaveStamp(hash)
        return cached
    }

    func makeFolder() throws {
        let folder = cached.deletingLastPathComponent()
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw OfficialWeightsError(
                .storage,
                "the cache folder \(folder.path) cannot be made (\(error.localizedDescription)). Name "
                    + "another with WINNOW_CACHE=FOLDER, or give a file with `weights` FILE")
        }
    }

    /// The SHA-256 of a file, which must begin with the digits in the official name.
    func verify(_ file: URL) throws -> String {
        var hash = ContentHash()
        do {
            let reader = try FileHandle(forReadingFrom: file)
            defer { try? reader.close() }
            while let chunk = try reader.read(upToCount: 1 << 20), !chunk.isEmpty {
                hash.update(chunk)
            }
        } catch {
            throw OfficialWeightsError(
                .storage, "\(file.path) cannot be read (\(error.localizedDescription)). \(byHand)")
        }
        return try require(hash.hex, of: file)
    }

    private func require(_ hash: String, of file: URL) throws -> String {
        guard hash.hasPrefix(hashPrefix) else {
            throw OfficialWeightsError(
                .damaged,
                "\(file.path) is not torchvision's \(self.file): its SHA-256 begins with "
                    + "\(hash.prefix(8)), expected \(hashPrefix)")
        }
        return hash
    }

    /// A cache that cannot be written works too: the hash is then read each time.
    func leaveStamp(_ hash: String) {
        guard let stamp = Self.stamp(of: cached, hash),
            let data = try? CanonicalJSON.line.encode(stamp)
        else { return }
        try? AtomicFile.write(data, to: stampFile)
    }

    private static func stamp(of file: URL, _ hash: String) -> Stamp? {
        var status = stat()
        guard stat(file.path, &status) == 0 else { return nil }
        #if os(Linux)
            let time = status.st_mtim
        #else
            let time = status.st_mtimespec
        #endif
        let modified = time.tv_sec &* 1_000_000_000 &+ time.tv_nsec
        return Stamp(sha256: hash, bytes: Int(status.st_size), modified: modified)
    }
}
