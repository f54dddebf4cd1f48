/// What a run of curl came to, by its exit status (curl's manual page, EXIT CODES).
extension WeightsDownload {
    /// Returns when all bytes are there.
    ///
    /// - Parameter before: bytes of the partial file when curl was started; what came that is not of
    ///   the file is taken off again.
    func settle(
        _ curl: WeightsDownloadCurl, _ answer: WeightsDownloadAnswer?,
        _ partial: WeightsDownloadPartial, from before: Int
    ) throws {
        if let refusal = answer?.refusal {
            try partial.cut(to: before)
            throw OfficialWeightsError(.refused, refusal)
        }
        let (done, total) = (partial.count, answer?.total)
        if let total, done == total { return }
        if answer?.status != 416, let total, done > total {
            // Either the part or the rest is not of this file.
            try partial.cut(to: 0)
            throw OfficialWeightsError(
                .refused, "the server sent more than the \(total) bytes it announced")
        }
        // 33 and 36: no such range. 0: curl took the answer for the end of a file that is longer.
        let isNotRest = [33, 36].contains(curl.status) || (curl.status == 0 && before > 0)
        if answer?.status == 416 || isNotRest {
            try partial.cut(to: 0)
            throw OfficialWeightsError(
                .stale, "the part that had come does not go with the server's file and was dropped")
        }
        throw failure(curl, answer, kept: partial.kept(total))
    }

    /// Words for a run that failed.
    func failure(
        _ curl: WeightsDownloadCurl, _ answer: WeightsDownloadAnswer?, kept: String
    ) -> OfficialWeightsError {
        let (host, why) = (url.host ?? "the server", curl.reason)
        let hasBegun = answer?.total != nil
        let (kind, text): (OfficialWeightsError.Kind, String) =
            switch curl.status {
            case 0, 22: (.refused, words(answer?.status ?? 0))
            case 1: (.refused, "the server redirects to what is not followed (\(why))")
            case 47: (.refused, "the server redirects without end (\(why))")
            case 63: (.refused, "the server announces more than \(Self.mostBytes) bytes")
            case 23:
                (
                    .storage,
                    "curl cannot write what comes (\(why)); \(kept). Free some space, or name another "
                        + "cache folder with WINNOW_CACHE=FOLDER"
                )
            case 28:
                (
                    hasBegun ? .cutOff : .unreachable,
                    "\(host) was silent for \(silence) seconds; \(kept)"
                )
            case 60, 77:
                (
                    .unreachable,
                    "the certificate of \(host) cannot be checked (\(why)): is the clock right, and "
                        + "is the package ca-certificates installed? \(kept)"
                )
            case 126, 127:
                (.unreachable, "curl, which fetches it, is not installed: apt-get install curl")
            case nil: (.interrupted, "curl was ended by a signal; \(kept)")
            case _ where hasBegun: (.cutOff, "the connection broke (\(why)); \(kept)")
            default:
                (
                    .unreachable,
                    "\(host) cannot be reached (\(why)); is this machine offline? \(kept)"
                )
            }
        return OfficialWeightsError(kind, text)
    }

    private func words(_ status: Int) -> String {
        switch status {
        case 404, 410: "the server has no \(shownURL) (\(status))"
        case 401, 403, 407: "the server does not let this machine have \(shownURL) (\(status))"
        case 408, 429, 500...599:
            "the server cannot give \(shownURL) just now (\(status)); try again in a while"
        default: "the server answered \(status) for \(shownURL)"
        }
    }
}
