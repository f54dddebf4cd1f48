import Foundation

/// A web server on 127.0.0.1 for the download tests: each request is answered by a closure.
final class LocalWeightsServer: @unchecked Sendable {
    struct Request: Sendable {
        /// By lower-case name.
        let headers: [String: String]
        let path: String

        /// `100` of `Range: bytes=100-`.
        var start: Int? {
            headers["range"].flatMap { Int($0.dropFirst("bytes=".count).dropLast()) }
        }
    }

    struct Answer: Sendable {
        var status = 200
        var headers: [String: String] = [:]
        var body = Data()
        /// Bytes of the body that are sent before the connection is cut; nil for all.
        var cutAt: Int?
        /// Sends the body in pieces of so many bytes, 0.1 s apart.
        var piece: Int?
        /// Whether the server falls silent, without a word or after the body that is sent.
        var isSilentAtOnce = false
        var isSilentAfter = false

        /// The file from `start`, as a good server sends it.
        static func file(_ content: Data, from start: Int?, tag: String = "\"one\"") -> Answer {
            guard let start else {
                return Answer(headers: ["ETag": tag], body: content)
            }
            let range = "bytes \(start)-\(content.count - 1)/\(content.count)"
            return Answer(
                status: 206, headers: ["ETag": tag, "Content-Range": range],
                body: content.dropFirst(start))
        }
    }

    let port: Int
    private let socketNumber: Int32
    private let lock = NSLock()
    private var seen: [Request] = []
    private var isStopped = false

    /// What was asked so far.
    var requests: [Request] { lock.withLock { seen } }

    /// - Parameter answer: the answer to a request and its number, from 0.
    init(_ answer: @escaping @Sendable (Request, Int) -> Answer) throws {
        setenv("no_proxy", "127.0.0.1", 1)
        signal(SIGPIPE, SIG_IGN)
        (socketNumber, port) = try Self.bound()
        listen(socketNumber, 16)
        Thread.detachNewThread { [self] in accept(answer) }
    }

    func stop() { lock.withLock { isStopped = true } }

    /// Answers until the server is stopped, then closes the socket. Only this thread closes it:
    /// closed elsewhere, its number could be another server's by the time that it is waited on.
    private func accept(_ answer: @escaping @Sendable (Request, Int) -> Answer) {
        defer { close(socketNumber) }
        while !lock.withLock({ isStopped }) {
            var waited = pollfd(fd: socketNumber, events: Int16(POLLIN), revents: 0)
            guard poll(&waited, 1, 50) == 1 else { continue }
            let client = Foundation.accept(socketNumber, nil, nil)
            guard client >= 0 else { return }
            Thread.detachNewThread { self.serve(client, answer) }
        }
    }

    /// A socket on a free port; without `listen`, connections to it are refused.
    static func bound() throws -> (socket: Int32, port: Int) {
        #if os(Linux)
            let made = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let made = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(made, $0, size) == 0 ? getsockname(made, $0, &size) : -1
            }
        }
        guard code == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
        return (made, Int(UInt16(bigEndian: address.sin_port)))
    }

    private func serve(_ client: Int32, _ answer: @Sendable (Request, Int) -> Answer) {
        defer { close(client) }
        guard let request = Self.read(client) else { return }
        let number = lock.withLock {
            seen.append(request)
            return seen.count - 1
        }
        let reply = answer(request, number)
        if reply.isSilentAtOnce { return waitForEnd(client) }
        var head = "HTTP/1.1 \(reply.status) Answer\r\nConnection: close\r\n"
        for (name, value) in reply.headers { head += "\(name): \(value)\r\n" }
        if reply.headers["Content-Length"] == nil, reply.headers["No-Length"] == nil {
            head += "Content-Length: \(reply.body.count)\r\n"
        }
        guard Self.send(Data((head + "\r\n").utf8), client) else { return }
        let body = reply.body.prefix(reply.cutAt ?? .max)
        let piece = reply.piece ?? max(1, body.count)
        for start in stride(from: 0, to: body.count, by: piece) {
            guard Self.send(body.dropFirst(start).prefix(piece), client) else { return }
            if reply.piece != nil { usleep(100_000) }
        }
        if reply.isSilentAfter { waitForEnd(client) }
    }

    private static func read(_ client: Int32) -> Request? {
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !text.contains("\r\n\r\n") {
            let count = recv(client, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            text += String(decoding: buffer[..<count], as: UTF8.self)
        }
        let lines = text.components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] =
                line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        let words = lines[0].split(separator: " ")
        return Request(headers: headers, path: words.count > 1 ? String(words[1]) : "")
    }

    private static func send(_ data: Data, _ client: Int32) -> Bool {
        var rest = data
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(client, $0.baseAddress, $0.count) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Says nothing until the client leaves or the server is stopped.
    private func waitForEnd(_ client: Int32) {
        var pause = timeval(tv_sec: 0, tv_usec: 100_000)
        setsockopt(
            client, SOL_SOCKET, SO_RCVTIMEO, &pause, socklen_t(MemoryLayout<timeval>.size))
        var byte: UInt8 = 0
        while !lock.withLock({ isStopped }) {
            let count = recv(client, &byte, 1, 0)
            if count == 0 || (count < 0 && errno != EAGAIN) { return }
        }
    }
}
