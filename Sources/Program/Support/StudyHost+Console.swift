import Datasets
import Foundation
import Models
import Studies

extension StudyHost {
    /// This program, on the console: progress and notes on standard error.
    ///
    /// - Parameter isQuiet: for a worker, whose program shows the work.
    static func console(isQuiet: Bool = false) -> StudyHost {
        var host = StudyHost(program: Winnow.file)
        host.isCancelled = { Interruption.isRequested }
        host.official = OfficialWeightsFile.path
        guard !isQuiet else {
            // What a worker finds damaged nobody else may see.
            host.note = { if $0.hasPrefix("  damaged") { Console.note($0) } }
            return host
        }
        host.note = Console.note
        host.read = { source, preprocessing, skipUnreadable in
            try DataOptions.store(
                source, preprocessing, skipUnreadable: skipUnreadable, prints: true)
        }
        return host
    }
}
