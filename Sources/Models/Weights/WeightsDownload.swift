import Foundation

/// Fetches one file over http or https into a partial file, going on from what is there.
///
/// curl does the work: proxies are those of the environment. Its own `--retry` would drop what an
/// attempt brought, so a connection that is cut is taken up again here.
struct WeightsDownload {
    /// No file of weights is larger: what announces more is refused.
    static let mostBytes = 2 << 30
    static let mostRedirections = 5

    let url: URL
    let shownURL: String
    let silence: Int
    private let attempts: Int
    private let program: String

    /// - Parameters:
    ///   - shownURL: the address for messages, without a password.
    ///   - timeout: seconds of silence after which the server is given up, rounded up.
    ///   - attempts: how often a connection that brought something is taken up again when it is cut.
    ///   - program: curl, by its name or path.
    init(
        _ url: URL, shownURL: String, timeout: TimeInterval = 30, attempts: Int = 4,
        program: String = "curl"
    ) {
        self.url = url
        self.shownURL = shownURL
        silence = max(1, Int(timeout.rounded(.up)))
        self.attempts = attempts
        self.program = program
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

    /// Whether the server has the file, by asking for its head alone.
    ///
    /// - Throws: `OfficialWeightsError` as `run` does.
    func probe() throws {
        let curl = try start(["--head", "--max-time", "\(silence)"], FileHandle.nullDevice)
        while !curl.hasEnded() {}
        let answer = WeightsDownloadAnswer(curl.said)
        if curl.status != 0 { throw failure(curl, answer, kept: "nothing was fetched") }
    }

    private func attempt(
        _ partial: WeightsDownloadPartial, _ progress: (Int, Int) -> Void,
        _ isCancelled: () -> Bool
    ) throws {
        let before = partial.count
        let curl = try start(["--continue-at", "\(before)"], partial.handle)
        var (isUnwanted, isOver) = (false, false)
        var answer: WeightsDownloadAnswer?
        while !isOver {
            isOver = curl.hasEnded()
            answer = WeightsDownloadAnswer(curl.said)
            let (done, total) = (partial.count, answer?.total)
            if let total, done <= total, answer?.refusal == nil { progress(done, total) }
            guard !isOver else { break }
            isUnwanted = isUnwanted || isCancelled()
            if isUnwanted || answer?.refusal != nil || done > total ?? Self.mostBytes {
                curl.stop()
            }
        }
        if isUnwanted {
            throw OfficialWeightsError(.interrupted, "interrupted; \(partial.kept(answer?.total))")
        }
        try settle(curl, answer, partial, from: before)
    }

    private func start(_ arguments: [String], _ output: FileHandle) throws -> WeightsDownloadCurl {
        try WeightsDownloadCurl(
            url, self.arguments + arguments, output: output, program: program)
    }

    /// How curl is called, whatever it is asked for.
    var arguments: [String] {
        // Encryption is not given up on the way.
        let redirections = url.scheme?.lowercased() == "https" ? "=https" : "=http,https"
        return [
            "--silent", "--show-error", "--fail", "--location", "--globoff", "--no-buffer",
            "--dump-header", "/dev/stderr", "--suppress-connect-headers",
            "--max-filesize", "\(Self.mostBytes)", "--max-redirs", "\(Self.mostRedirections)",
            "--proto", "=http,https", "--proto-redir", redirections,
            "--connect-timeout", "\(silence)", "--speed-limit", "1", "--speed-time", "\(silence)",
        ]
    }
}
