import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Reads what a server answered, and decides before a byte is written (RFC 9110, 14 and 15).
struct WeightsDownloadAnswer {
    private let response: HTTPURLResponse
    private let shownURL: String

    init(_ response: HTTPURLResponse, _ shownURL: String) {
        self.response = response
        self.shownURL = shownURL
    }

    /// Makes the partial file ready for the body: 206 goes on, 200 starts anew, 416 may mean that
    /// all of it is there.
    ///
    /// - Returns: the bytes of the whole file.
    /// - Throws: `OfficialWeightsError`; then the partial file is as it was, except that a `.stale`
    ///   one is emptied.
    func begin(_ partial: WeightsDownloadPartial) throws -> Int {
        let origin = WeightsDownloadPartial.Origin(url: shownURL, validator: validator)
        switch response.statusCode {
        case 200:
            try checkBody()
            let total = try checkSize(Int(clamping: response.expectedContentLength))
            try partial.startAnew(origin)
            return total
        case 206:
            try checkBody()
            guard let range = contentRange, range.start == partial.count else {
                throw try stale(partial, origin)
            }
            return try checkSize(range.total)
        case 416:
            guard let range = contentRange, range.total == partial.count else {
                throw try stale(partial, origin)
            }
            return try checkSize(range.total)
        default:
            throw OfficialWeightsError(.refused, Self.words(response.statusCode, shownURL))
        }
    }

    private func header(_ name: String) -> String? { response.value(forHTTPHeaderField: name) }

    private var validator: String? {
        if let tag = header("ETag"), tag.hasPrefix("\"") { return tag }
        return header("Last-Modified")
    }

    /// `bytes 100-199/200`, to the end as was asked for, or `bytes */200` (start -1).
    private var contentRange: (start: Int, total: Int)? {
        guard let text = header("Content-Range"), text.hasPrefix("bytes ") else { return nil }
        let parts = text.dropFirst("bytes ".count).split(separator: "/")
        guard parts.count == 2, let total = Int(parts[1]), total > 0 else { return nil }
        if parts[0] == "*" { return (-1, total) }
        let ends = parts[0].split(separator: "-")
        guard ends.count == 2, let start = Int(ends[0]), Int(ends[1]) == total - 1,
            start < total
        else { return nil }
        return (start, total)
    }

    private func stale(
        _ partial: WeightsDownloadPartial, _ origin: WeightsDownloadPartial.Origin
    ) throws -> OfficialWeightsError {
        try partial.startAnew(origin)
        return OfficialWeightsError(
            .stale, "the part that had come does not go with the server's file and was dropped")
    }

    /// A page is no file: a login page in between answers every address with one.
    private func checkBody() throws {
        if let type = header("Content-Type")?.lowercased(), type.hasPrefix("text/html") {
            throw OfficialWeightsError(
                .refused,
                "\(shownURL) is answered with a web page; does this network ask for a login?")
        }
        if let coding = header("Content-Encoding")?.lowercased(), coding != "identity" {
            throw OfficialWeightsError(
                .refused, "the server sends the file with an encoding that was not asked for")
        }
    }

    private func checkSize(_ total: Int) throws -> Int {
        guard (1...WeightsDownload.mostBytes).contains(total) else {
            let said = total < 0 ? "does not say how long the file is" : "announces \(total) bytes"
            throw OfficialWeightsError(
                .refused, "the server \(said); expected 1 to \(WeightsDownload.mostBytes)")
        }
        return total
    }
}

extension WeightsDownloadAnswer {
    static let mostRedirections = 5

    /// - Parameter number: which redirection of this request it is, from 1.
    /// - Throws: `OfficialWeightsError` for too many, for anything but http and https, and for a step
    ///   from https to http.
    static func checkRedirection(_ number: Int, from: URL?, to target: URL?) throws {
        guard number <= mostRedirections else {
            throw OfficialWeightsError(
                .refused, "the server redirects without end (\(number) times)")
        }
        let scheme = target?.scheme?.lowercased() ?? ""
        guard scheme == "https" || (scheme == "http" && from?.scheme?.lowercased() == "http")
        else {
            throw OfficialWeightsError(
                .refused,
                "the server redirects from \(from?.scheme ?? "an unknown place") to "
                    + "'\(scheme.prefix(20))', which is not followed")
        }
    }

    private static func words(_ status: Int, _ url: String) -> String {
        switch status {
        case 404, 410: "the server has no \(url) (\(status))"
        case 401, 403, 407: "the server does not let this machine have \(url) (\(status))"
        case 408, 429, 500...599:
            "the server cannot give \(url) just now (\(status)); try again in a while"
        default: "the server answered \(status) for \(url)"
        }
    }

    /// Words for what URLSession reports.
    static func words(_ error: any Error, _ host: String, hasBegun: Bool) -> String {
        let reason = error.localizedDescription
        if hasBegun { return "the connection broke (\(reason))" }
        switch (error as? URLError)?.code {
        case .secureConnectionFailed?, .serverCertificateUntrusted?,
            .serverCertificateHasBadDate?, .serverCertificateHasUnknownRoot?,
            .serverCertificateNotYetValid?:
            return
                "the certificate of \(host) cannot be checked (\(reason)): is the clock right, and "
                + "is the package ca-certificates installed?"
        default: return "\(host) cannot be reached (\(reason)); is this machine offline?"
        }
    }
}
