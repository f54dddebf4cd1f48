import Datasets
import Foundation
import Models

/// The program that runs a study: what it shows of the work, and what it is asked meanwhile.
package struct StudyHost {
    /// Shows one line; from any thread.
    package var note: @Sendable (String) -> Void
    /// Whether the person wants to stop; asked now and then, from any thread.
    package var isCancelled: @Sendable () -> Bool
    /// Reads every picture of a source once; a program shows a bar meanwhile.
    package var read: (PictureSource, Preprocessing, _ skipUnreadable: Bool) throws -> PictureStore
    /// The file of an architecture's official weights, fetched where it is not there.
    package var official: (Architecture) throws -> String
    /// The program itself, which `winnow study --worker` starts again.
    package var program: URL

    /// A host that shows nothing and cannot be asked to stop.
    ///
    /// - Parameter program: needed only for workers side by side.
    package init(program: URL = URL(fileURLWithPath: CommandLine.arguments[0])) {
        note = { _ in }
        isCancelled = { false }
        read = { source, preprocessing, skipUnreadable in
            try source.store(preprocessing, skipUnreadable: skipUnreadable, prints: true)
        }
        official = { try OfficialWeights($0).locate().path }
        self.program = program
    }
}
