import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Fetches one file over http or https into a partial file, going on from what is there.
struct WeightsDownload {
    /// No file of weights is larger: what announces more is refused.
    static let mostBytes = 2 << 30

    private let url: URL
    private let shownURL: String
    private let timeout: TimeInterval
    private let attempts: Int

    /// - Parameters:
    ///   - shownURL: the address for messages and records, without a password.
    ///   - timeout: seconds of silence after which the server is given up.
    ///   - attempts: how often a connection that brought something is taken up again when it is cut.
    init(_ url: URL, shownURL: String, timeout: TimeInterval = 30, attempts: Int = 4) {
        self.url = url
        self.shownURL = shownURL
        self.timeout = timeout
        self.attempts = attempts
    }

    /// Returns when all bytes are in the partial file; their hash is the caller's to check.
    ///
    /// - Throws: `OfficialWeightsError`; the part that came stays in the file.
    func run(
        into partial: WeightsDownloadPartial, progress: (Int, Int) -> Void,
        isCancelled: () -> Bool
    ) throws {
        var left = attempts
        while true {
            let before = partial.count
            do {
                return try attempt(partial, progress, isCancelled)
            } catch let error as OfficialWeightsError {
                left -= 1
                let goesOn =
                    error.kind == .stale || (error.kind == .cutOff && partial.count > before)
                guard goesOn, left > 0, !isCancelled() else { throw error }
            }
        }
    }

    private func attempt(
        _ partial: WeightsDownloadPartial, _ progress: (Int, Int) -> Void,
        _ isCancelled: () -> Bool
    ) throws {
        let request = request(from: partial)
        let transfer = WeightsDownloadTransfer(request, shownURL: shownURL, into: partial)
        let session = URLSession(
            configuration: .ephemeral, delegate: transfer, delegateQueue: transfer.queue)
        defer { session.finishTasksAndInvalidate() }
        let task = session.dataTask(with: request)
        task.resume()
        watch(transfer, progress, isCancelled)
        try transfer.close(task).get()
        progress(partial.count, partial.count)
    }

    /// Returns when the transfer has ended, by itself, by silence or by wish.
    private func watch(
        _ transfer: WeightsDownloadTransfer, _ progress: (Int, Int) -> Void,
        _ isCancelled: () -> Bool
    ) {
        // Time that the machine slept through is not the server's silence.
        let clock = SuspendingClock()
        var (seen, since) = (-1, clock.now)
        while !transfer.isOver(after: 0.1) {
            let (done, total) = transfer.state
            if total > 0 { progress(done, total) }
            if done != seen { (seen, since) = (done, clock.now) }
            if isCancelled() {
                transfer.stop(.interrupted, "interrupted")
            } else if clock.now - since > .seconds(timeout) {
                let time = String(format: "%g", timeout)
                transfer.stop(
                    total > 0 ? .cutOff : .unreachable,
                    "\(url.host ?? "the server") was silent for \(time) seconds")
            }
        }
    }

    /// Asks for the rest only, and for all of it should the server hold another file by now.
    private func request(from partial: WeightsDownloadPartial) -> URLRequest {
        // The silence is watched above; this is for systems that would give up sooner.
        var request = URLRequest(
            url: url, cachePolicy: .reloadIgnoringLocalCacheData, timeoutInterval: timeout + 60)
        request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
        guard partial.count > 0 else { return request }
        request.setValue("bytes=\(partial.count)-", forHTTPHeaderField: "Range")
        if let origin = partial.origin, origin.url == shownURL, let validator = origin.validator {
            request.setValue(validator, forHTTPHeaderField: "If-Range")
        }
        return request
    }
}
