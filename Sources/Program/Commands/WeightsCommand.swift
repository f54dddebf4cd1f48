import ArgumentParser
import Foundation
import Models

/// `winnow weights resnet18`: fetches torchvision's ImageNet weights once, and prints where they are.
struct WeightsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weights",
        abstract: "Fetches official ImageNet weights and prints their path.",
        discussion: """
            The file is kept in ~/.cache/winnow (WINNOW_CACHE names another folder) and fetched only \
            once; an interrupted fetch goes on where it stopped. WINNOW_WEIGHTS_URL names a mirror. \
            Without a network, fetch the file elsewhere and give it with --weights FILE.
            """)

    private static let names = OfficialWeights.architectures.map(\.rawValue)
        .joined(separator: ", ")

    @Argument(help: "\(names); without one, all are listed.")
    var architecture: String?
    @Option(help: "A copy fetched by hand: checked, then put into the cache.")
    var weights: String?
    @Flag(help: "Print where the file is or belongs, and fetch nothing.")
    var printPath = false

    func run() throws {
        guard let architecture else { return try list() }
        guard let known = Architecture(rawValue: architecture),
            OfficialWeights.architectures.contains(known)
        else { throw ValidationError(OfficialWeights.refusal(of: architecture)) }
        let official = try OfficialWeights(known)
        if weights != nil {
            try GivenOptions.all.refuse(
                ["--print-path"], "--weights puts a copy there and says where")
        }
        if let weights {
            Output.line(try official.adopt(URL(fileURLWithPath: weights)).path)
        } else if printPath {
            Output.line(official.cached.path)
        } else {
            Output.line(try OfficialWeightsFile.path(known))
        }
    }

    private func list() throws {
        guard weights == nil, !printPath else {
            throw ValidationError("name the network: winnow weights resnet18")
        }
        for architecture in OfficialWeights.architectures {
            let official = try OfficialWeights(architecture)
            let place = official.isCached ? official.cached.path : "not fetched"
            Output.line("\(architecture.rawValue)  \(official.shownURL)  \(place)")
        }
    }
}

/// The official weights with a progress bar.
enum OfficialWeightsFile {
    /// The path of the file in the cache, fetched if it is not there.
    static func path(_ architecture: Architecture) throws -> String {
        let official = try OfficialWeights(architecture)
        if let found = try? official.checked() { return found.path }
        Console.note("  \(official.file) from \(official.shownURL)")
        let line = ProgressLine("weights", unit: "MB")
        defer { line.finish() }
        let found = try official.locate(
            progress: { line.update($0 / 1_000_000, of: $1 / 1_000_000) },
            isCancelled: { Interruption.isRequested })
        return found.path
    }
}
