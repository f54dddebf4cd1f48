import ArgumentParser
import Core
import Datasets
import Foundation

/// Times the listing of class folders for `scripts/bench`, over the folders of
/// `Benchmarks/peers/listing.py`.
struct MeasureListingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure-listing",
        abstract: "Seconds to list the pictures of class folders (used by scripts/bench).",
        shouldDisplay: false)

    @Argument(help: "Pictures in class folders: DIR/<class>/<picture>.jpg|png.")
    var folder: String

    private struct Result: Encodable {
        let seconds: Double
        let pictures: Int
        /// Bytes of memory that the process has taken at most.
        let peakBytes: Int
    }

    func run() throws {
        var pictures = 0
        let time = try ContinuousClock().measure {
            pictures = try PictureSource(folder: folder).files.count
        }
        let result = Result(
            seconds: time / .seconds(1), pictures: pictures, peakBytes: Self.peakBytes())
        Output.line(try CanonicalJSON.line.text(result))
    }

    static func peakBytes() -> Int {
        var usage = rusage()
        getrusage(0, &usage)  // RUSAGE_SELF, which Linux and macOS import as different types
        #if os(Linux)
            return usage.ru_maxrss << 10
        #else
            return usage.ru_maxrss
        #endif
    }
}
