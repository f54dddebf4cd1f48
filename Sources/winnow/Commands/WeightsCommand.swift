import ArgumentParser
import Networks

/// `winnow weights resnet18`: fetches torchvision's ImageNet weights once, and prints where they are.
struct WeightsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weights", abstract: "Fetches official ImageNet weights and prints their path."
    )

    @Argument(help: "resnet18, resnet34 or resnet50.")
    var architecture: String

    func run() throws {
        guard let known = Architecture(rawValue: architecture) else {
            throw ValidationError(
                "no weights for '\(architecture)'. Networks: "
                    + Architecture.allCases.map(\.rawValue).joined(separator: ", "))
        }
        print(try OfficialWeightsFile.path(known))
    }
}

/// The official weights with a progress bar.
enum OfficialWeightsFile {
    static func path(_ architecture: Architecture) throws -> String {
        let weights = try OfficialWeights(architecture)
        if weights.isCached { return weights.cached.path }
        Console.note("  \(weights.file) from \(weights.url.absoluteString)")
        let line = ProgressLine("weights", unit: "MB")
        let found = try weights.locate(
            progress: { line.update($0 >> 20, of: $1 >> 20) },
            isCancelled: { Interruption.isRequested })
        line.finish()
        return found.path
    }
}
