import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Why a download stopped; the part that came is kept.
struct DownloadError: Error {
    let reason: String
}

/// Fetches one file into a partial file, going on from what is there already.
final class WeightsDownload: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    /// No file of weights is larger: what announces more is refused.
    static let mostBytes = 2 << 30

    private let url: URL
    private let partial: URL
    private let progress: @Sendable (Int, Int) -> Void
    private let isCancelled: @Sendable () -> Bool
    private let timeout: TimeInterval
    private let finished = DispatchSemaphore(value: 0)
    // Touched by the session's own serial queue until `finished` is signalled.
    private var handle: FileHandle?
    private var done = 0
    private var total = 0
    private var failure: String?

    init(
        _ url: URL, to partial: URL, timeout: TimeInterval = 30,
        progress: @escaping @Sendable (Int, Int) -> Void,
        isCancelled: @escaping @Sendable () -> Bool
    ) {
        self.url = url
        self.partial = partial
        self.timeout = timeout
        self.progress = progress
        self.isCancelled = isCancelled
    }

    /// Returns when the whole file is there.
    func run() throws {
        if !FileManager.default.fileExists(atPath: partial.path) {
            guard FileManager.default.createFile(atPath: partial.path, contents: nil) else {
                throw DownloadError(reason: "\(partial.path) cannot be written")
            }
        }
        let handle = try open()
        done = Int(try handle.seekToEnd())
        self.handle = handle
        defer { try? handle.close() }
        var request = URLRequest(url: url, timeoutInterval: timeout)
        request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
        if done > 0 { request.setValue("bytes=\(done)-", forHTTPHeaderField: "Range") }
        let queue = OperationQueue()
        queue.maxConcurrentOperationCount = 1
        let session = URLSession(
            configuration: .ephemeral, delegate: self, delegateQueue: queue)
        let task = session.dataTask(with: request)
        task.resume()
        while finished.wait(timeout: .now() + 0.2) == .timedOut {
            if isCancelled() { task.cancel() }
        }
        session.finishTasksAndInvalidate()
        if let failure { throw DownloadError(reason: failure) }
        guard done == total else {
            throw DownloadError(
                reason:
                    "the connection ended at byte \(done) of \(total) (run again to go on from there)"
            )
        }
    }

    private func open() throws -> FileHandle {
        do {
            return try FileHandle(forUpdating: partial)
        } catch {
            throw DownloadError(reason: "\(partial.path): \(error.localizedDescription)")
        }
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
    ) {
        completionHandler(accept(response) ? .allow : .cancel)
    }

    /// Reads the status: 206 goes on, 200 starts anew, 416 means that all of it is there.
    private func accept(_ response: URLResponse) -> Bool {
        guard let response = response as? HTTPURLResponse else { return false }
        let length = max(0, Int(response.expectedContentLength))
        switch response.statusCode {
        case 206: total = done + length
        case 200:
            try? handle?.truncate(atOffset: 0)
            try? handle?.seek(toOffset: 0)
            done = 0
            total = length
        case 416:
            total = done
            return false
        default:
            failure = "the server answered \(response.statusCode)"
            return false
        }
        if total > Self.mostBytes || total == 0 {
            failure = "the server announced \(total) bytes, expected 1 to \(Self.mostBytes)"
            return false
        }
        return true
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        guard failure == nil, done + data.count <= total else {
            failure = failure ?? "the server sent more than the \(total) bytes it announced"
            dataTask.cancel()
            return
        }
        do {
            try handle?.write(contentsOf: data)
            done += data.count
            progress(done, total)
        } catch {
            failure = "\(partial.path): \(error.localizedDescription)"
            dataTask.cancel()
        }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
    ) {
        let isComplete = total > 0 && done == total
        if let error, failure == nil, !isComplete {
            failure =
                isCancelled()
                ? "interrupted at byte \(done) (run again to go on from there)"
                : "\(error.localizedDescription) (is this machine offline?)"
        }
        finished.signal()
    }
}
