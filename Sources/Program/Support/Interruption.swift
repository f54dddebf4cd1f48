import Foundation

/// Ctrl-C: the first asks the work to stop cleanly, the second ends the program at once.
enum Interruption {
    nonisolated(unsafe) private static var count: sig_atomic_t = 0

    /// Starts to listen for SIGINT and SIGTERM.
    static func listen() {
        // Whoever starts the program from a thread that hears no signals hands its deafness on.
        var heard = sigset_t()
        sigemptyset(&heard)
        for number in [SIGINT, SIGTERM, SIGPIPE] { sigaddset(&heard, number) }
        pthread_sigmask(SIG_UNBLOCK, &heard, nil)
        for number in [SIGINT, SIGTERM] {
            signal(number) { _ in
                Interruption.count += 1
                if Interruption.count > 1 { _exit(130) }
            }
        }
    }

    /// Whether the work was asked to stop.
    static var isRequested: Bool { count > 0 }

    /// Lets the first Ctrl-C end the program; no command that calls it leaves half a file behind.
    static func endAtOnce() {
        for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    }
}

/// A command that writes its result whole at its end: Ctrl-C has nothing to wait for.
protocol EndsAtOnce {}
