import Foundation

/// Results, on standard output: no byte is lost without a word.
enum Output {
    /// One line.
    static func line(_ text: String) { write(Data((text + "\n").utf8)) }

    /// Text that ends its own lines.
    static func text(_ text: String) { write(Data(text.utf8)) }

    /// Writes all of it. Where that cannot be, the program ends: quietly when who reads it has gone, as programs
    /// do that are stopped by a broken pipe, otherwise with one line and status 1.
    static func write(_ data: Data) {
        guard let code = written(data, to: STDOUT_FILENO) else { return }
        if code == EPIPE {
            signal(SIGPIPE, SIG_DFL)
            raise(SIGPIPE)
        }
        let reason = code == EBADF ? "it is closed" : String(cString: strerror(code))
        Console.note("error: standard output: cannot be written (\(reason))")
        Foundation.exit(1)
    }

    /// Writes all of the bytes to a descriptor.
    ///
    /// - Returns: nil, or the system's number for what kept it.
    static func written(_ data: Data, to descriptor: Int32) -> Int32? {
        data.withUnsafeBytes { bytes in
            var rest = bytes
            while let start = rest.baseAddress, !rest.isEmpty {
                let count = Foundation.write(descriptor, start, rest.count)
                if count < 0, errno == EINTR { continue }
                if count < 0, errno == EAGAIN {
                    var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&wait, 1, 1000)
                    continue
                }
                guard count > 0 else { return count == 0 ? ENOSPC : errno }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            }
            return nil
        }
    }

    /// Prepares the standard streams, before anything is opened.
    ///
    /// A stream that was closed would be the next file that is opened, which words would then be written into: it
    /// gets a place of its own. A broken pipe becomes an error, so that progress that nobody sees ends no work.
    static func prepare() {
        signal(SIGPIPE, SIG_IGN)
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
        where fcntl(descriptor, F_GETFD) < 0 {
            // Open for reading alone: what is written to a closed standard output is refused.
            _ = open("/dev/null", descriptor == STDERR_FILENO ? O_WRONLY : O_RDONLY)
        }
    }
}
