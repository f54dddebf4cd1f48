import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// One request and its answer, written to the partial file as it comes.
///
/// URLSession calls it on `queue`, the caller reads its state; a lock keeps them apart. Once it has
/// ended nothing more is written, however late a callback comes.
final class WeightsDownloadTransfer: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    /// The session's own queue: one callback at a time.
    let queue: OperationQueue = {
        let queue = OperationQueue()
        queue.maxConcurrentOperationCount = 1
        return queue
    }()

    private let request: URLRequest
    private let shownURL: String
    private let partial: WeightsDownloadPartial
    private let finished = DispatchSemaphore(value: 0)
    private let lock = NSLock()
    // Under the lock, as is the partial file until the end.
    private var total = 0
    private var redirections = 0
    private var failure: OfficialWeightsError?
    private var isEnded = false
    private var isComplete = false

    init(_ request: URLRequest, shownURL: String, into partial: WeightsDownloadPartial) {
        self.request = request
        self.shownURL = shownURL
        self.partial = partial
    }

    /// Bytes in the file and in all; the latter is 0 until the server has answered.
    var state: (done: Int, total: Int) { lock.withLock { (partial.count, total) } }

    /// What a person may count on after a stop.
    private var kept: String {
        guard partial.count > 0 else { return "nothing had come yet" }
        let all = total > 0 ? " of \(total)" : ""
        return "\(partial.count)\(all) bytes are kept, and the same command goes on from there"
    }

    /// Waits for the end.
    func isOver(after seconds: Double) -> Bool {
        finished.wait(timeout: .now() + seconds) == .success
    }

    /// Ends the transfer from outside.
    func stop(_ kind: OfficialWeightsError.Kind, _ reason: String) {
        lock.withLock { end(OfficialWeightsError(kind, "\(reason); \(kept)")) }
    }

    private func end(_ error: OfficialWeightsError?) {
        failure = failure ?? error
        isEnded = true
        finished.signal()
    }

    /// Whether all bytes are in the partial file, or why not. Nothing is written afterwards.
    ///
    /// Foundation on Linux traps when a task that has completed is cancelled, or when a redirection is
    /// answered after its task was cancelled. So this, after the end, is the one place that cancels,
    /// and does it under the lock that redirections are answered under.
    func close(_ task: URLSessionTask) -> Result<Void, OfficialWeightsError> {
        lock.withLock {
            if !isComplete { task.cancel() }
            if let failure { return .failure(failure) }
            guard total > 0, partial.count == total else {
                return .failure(
                    OfficialWeightsError(.cutOff, "the connection ended early; \(kept)"))
            }
            return .success(())
        }
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
    ) {
        unlessEnded {
            guard let response = response as? HTTPURLResponse else { return }
            total = try WeightsDownloadAnswer(response, shownURL).begin(partial)
            // When all of it was there already, what follows is not of the file.
            if partial.count == total { end(nil) }
        }
        // The task is cancelled on the caller's thread; Foundation on Linux heeds no disposition.
        completionHandler(.allow)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        unlessEnded {
            guard total > 0 else { return }
            guard data.count <= total - partial.count else {
                // Either the part or the rest is not of this file.
                try partial.startAnew(.init(url: shownURL, validator: nil))
                throw OfficialWeightsError(
                    .refused, "the server sent more than the \(total) bytes it announced")
            }
            try partial.append(data)
        }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask,
        willPerformHTTPRedirection response: HTTPURLResponse, newRequest: URLRequest,
        completionHandler: @escaping (URLRequest?) -> Void
    ) {
        lock.withLock {
            guard !isEnded else { return }
            redirections += 1
            do {
                try WeightsDownloadAnswer.checkRedirection(
                    redirections, from: response.url, to: newRequest.url)
                var next = request
                next.url = newRequest.url
                completionHandler(next)
            } catch {
                // Not the end yet: the task completes by itself when it is not redirected.
                failure = error as? OfficialWeightsError
                completionHandler(nil)
            }
        }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
    ) {
        lock.withLock {
            isComplete = true
            guard let error, total == 0 || partial.count != total else { return end(nil) }
            let host = request.url?.host ?? "the server"
            let words = WeightsDownloadAnswer.words(error, host, hasBegun: total > 0)
            end(OfficialWeightsError(total > 0 ? .cutOff : .unreachable, "\(words); \(kept)"))
        }
    }

    /// Runs `body` under the lock unless the transfer has failed or ended; what it throws ends it.
    private func unlessEnded(_ body: () throws -> Void) {
        lock.withLock {
            guard !isEnded, failure == nil else { return }
            do {
                try body()
            } catch {
                end(error as? OfficialWeightsError ?? OfficialWeightsError(.refused, "\(error)"))
            }
        }
    }
}
