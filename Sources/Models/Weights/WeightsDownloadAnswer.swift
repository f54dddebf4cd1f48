import Foundation

/// What a server answered, from the heads that curl wrote (RFC 9110, 14 and 15).
struct WeightsDownloadAnswer {
    let status: Int
    /// By lower-case name.
    private let headers: [String: String]

    /// The last whole head, after redirections; nil while there is none.
    init?(_ said: String) {
        let heads = said.components(separatedBy: "\r\n\r\n").dropLast()
        let lines = heads.last { $0.hasPrefix("HTTP/") }?.components(separatedBy: "\r\n")
        guard let lines,
            let status = lines[0].split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return nil }
        self.status = status
        let pairs = lines.dropFirst().compactMap { line -> (String, String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            return (line[..<colon].lowercased(), value)
        }
        headers = Dictionary(pairs) { $1 }
    }

    /// Bytes of the whole file; nil where the answer is not the file or does not say.
    var total: Int? {
        switch status {
        case 200: headers["content-length"].flatMap { Int($0) }
        // `bytes 100-199/200`, or `bytes */200`.
        case 206, 416: headers["content-range"]?.split(separator: "/").last.flatMap { Int($0) }
        default: nil
        }
    }

    /// Why the body is not taken, although the server gives one.
    var refusal: String? {
        guard status == 200 || status == 206 else { return nil }
        // A page is no file: a login page in between answers every address with one.
        if headers["content-type"]?.lowercased().hasPrefix("text/html") == true {
            return "it is answered with a web page; does this network ask for a login?"
        }
        if let coding = headers["content-encoding"]?.lowercased(), coding != "identity" {
            return "the server sends the file with an encoding that was not asked for"
        }
        let most = WeightsDownload.mostBytes
        guard let total else {
            return status == 206
                ? nil : "the server does not say how long the file is; expected 1 to \(most) bytes"
        }
        return (1...most).contains(total)
            ? nil : "the server announces \(total) bytes; expected 1 to \(most)"
    }
}
