import Core
import Formats
import Foundation
import Results

/// The right to write one output: two runs into one file would take each other's unfinished epochs.
///
///     let claim = try OutputClaim(output, by: "winnow finetune")
///     defer { claim.release() }
///
/// Held by flock(2) on `.<name>.lock` beside the output, so that a run which was killed holds nothing.
package final class OutputClaim {
    private var lock: ResultLock?

    /// - Parameter holder: who writes it, as another is told.
    /// - Throws: `StudyError` that names who holds it; `FormatError` where it cannot be written at all.
    package init(_ output: URL, by holder: String) throws {
        // Into a device or a pipe any number may write.
        guard case .file(let place) = try OutputPlace(output) else { return }
        let file = place.deletingLastPathComponent()
            .appendingPathComponent(".\(place.lastPathComponent.prefix(200)).lock")
        lock = try ResultLock.take(file, as: "process \(getpid()) (\(holder))")
        guard lock != nil else {
            let other = ResultLock.holder(file) ?? "another process"
            throw StudyError(
                "\(output.shownPath) is being written by \(other). Wait until that is done, or write to "
                    + "another `output`")
        }
    }

    /// Lets another write it.
    package func release() {
        lock?.retire()
        lock = nil
    }
}
