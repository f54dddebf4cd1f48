import Crypto
import Formats
import Foundation

/// torchvision's ImageNet weights: where they are, and the cache that they are kept in.
package struct OfficialWeights: Sendable {
    /// The file's name; the eight digits in it begin its SHA-256.
    package let file: String
    /// Where it is fetched from.
    package let url: URL
    /// Where it is kept.
    package let cached: URL

    /// torchvision's IMAGENET1K_V1 files.
    private static func name(_ architecture: Architecture) -> String {
        switch architecture {
        case .resnet18: "resnet18-f37072fd.pth"
        case .resnet34: "resnet34-b627a593.pth"
        case .resnet50: "resnet50-0676ba61.pth"
        }
    }

    /// - Parameter environment: `WINNOW_WEIGHTS_URL` names a mirror, `WINNOW_CACHE` another cache folder.
    /// - Throws: `NetworkError` for a mirror that is no http or https address.
    package init(
        _ architecture: Architecture,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws {
        file = Self.name(architecture)
        let base = environment["WINNOW_WEIGHTS_URL"] ?? "https://download.pytorch.org/models"
        guard let url = URL(string: base), ["http", "https"].contains(url.scheme ?? "") else {
            throw NetworkError("WINNOW_WEIGHTS_URL '\(base)': expected an http or https address")
        }
        self.url = url.appendingPathComponent(file)
        cached = Self.cache(environment).appendingPathComponent(file)
    }

    private static func cache(_ environment: [String: String]) -> URL {
        if let folder = environment["WINNOW_CACHE"] { return URL(fileURLWithPath: folder) }
        let base =
            environment["XDG_CACHE_HOME"].map(URL.init(fileURLWithPath:))
            ?? URL(fileURLWithPath: NSHomeDirectory()).appendingPathComponent(".cache")
        return base.appendingPathComponent("winnow")
    }

    /// The first eight hexadecimal digits of the file's SHA-256, from its name.
    package var hashPrefix: String {
        String(file.dropLast(".pth".count).suffix(8))
    }

    /// Whether the cache holds the file. It got its name only after its hash was checked.
    package var isCached: Bool { FileManager.default.fileExists(atPath: cached.path) }

    /// The file in the cache, fetched if it is not there.
    ///
    /// - Parameters:
    ///   - progress: bytes done and in all.
    ///   - isCancelled: asked now and then; what is there is kept and gone on from.
    /// - Throws: `NetworkError` saying what failed and how to go on without the network.
    package func locate(
        progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in },
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws -> URL {
        if isCached { return cached }
        let partial = URL(fileURLWithPath: cached.path + ".partial")
        do {
            try FileManager.default.createDirectory(
                at: cached.deletingLastPathComponent(), withIntermediateDirectories: true)
            try WeightsDownload(url, to: partial, progress: progress, isCancelled: isCancelled)
                .run()
        } catch let error as DownloadError {
            throw NetworkError(
                "\(file) could not be fetched from \(url.absoluteString): \(error.reason). Fetch it by "
                    + "hand and give it with --weights FILE, or put it at \(cached.path)")
        }
        try verify(partial)
        guard rename(partial.path, cached.path) == 0 else {
            throw NetworkError("\(cached.path): \(String(cString: strerror(errno)))")
        }
        return cached
    }

    /// A whole file with another hash is removed: going on from it could never succeed.
    private func verify(_ partial: URL) throws {
        let digest = SHA256.hash(data: try FileBytes.open(partial))
        let hex = digest.map { String(format: "%02x", $0) }.joined()
        guard hex.hasPrefix(hashPrefix) else {
            try? FileManager.default.removeItem(at: partial)
            throw NetworkError(
                "\(file) from \(url.absoluteString) has SHA-256 \(hex.prefix(8))..., expected "
                    + "\(hashPrefix)...: it was damaged or replaced on its way, and is removed. Try again, "
                    + "or give the file with --weights FILE")
        }
    }
}
