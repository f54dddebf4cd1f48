import Core
import Formats
import Foundation

/// torchvision's ImageNet weights: where they are fetched from, and the cache they are kept in.
///
/// `try OfficialWeights(.resnet18).locate()` is the path of `resnet18-f37072fd.pth`, fetched on first
/// use. The eight digits in the name begin the file's SHA-256 (the rule of `torch.hub`), and are
/// checked.
package struct OfficialWeights: Sendable {
    /// The network that the weights are of.
    package let architecture: Architecture
    /// The file's name.
    package let file: String
    /// Where it is fetched from.
    package let url: URL
    /// Where it is kept.
    package let cached: URL

    /// torchvision's IMAGENET1K_V1 files: the plain recipe.
    private static let files = [
        "resnet18": "resnet18-f37072fd.pth", "resnet34": "resnet34-b627a593.pth",
        "resnet50": "resnet50-0676ba61.pth", "resnet101": "resnet101-63fe2227.pth",
        "vgg11": "vgg11-8a719046.pth", "vgg11_bn": "vgg11_bn-6002323d.pth",
        "vgg16": "vgg16-397923af.pth", "vgg16_bn": "vgg16_bn-6c64b313.pth",
        "mobilenet_v2": "mobilenet_v2-b0353104.pth",
    ]

    /// The networks that torchvision has weights for.
    package static let architectures = Architecture.allCases.filter { files[$0.rawValue] != nil }

    /// - Parameter environment: `WINNOW_WEIGHTS_URL` names a mirror, `WINNOW_CACHE` another cache
    ///   folder.
    /// - Throws: `OfficialWeightsError` for a mirror that is no http or https address.
    package init(
        _ architecture: Architecture,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws {
        self.init(
            architecture, file: try Self.file(architecture), base: try Self.base(environment),
            cache: CacheFolder.url(environment))
    }

    init(_ architecture: Architecture, file: String, base: URL, cache: URL) {
        self.architecture = architecture
        self.file = file
        url = base.appendingPathComponent(file)
        cached = cache.appendingPathComponent(file)
    }

    /// Whether a file of that SHA-256 is one of torchvision's, whose names hold its first digits.
    package static func isOfficial(_ hash: String) -> Bool {
        let secondRecipe = "11ad3fa6"  // resnet50's IMAGENET1K_V2
        return (files.values.map(digits) + [secondRecipe]).contains { hash.hasPrefix($0) }
    }

    private static func digits(of file: String) -> String {
        String(file.dropLast(".pth".count).suffix(8))
    }

    private static func file(_ architecture: Architecture) throws -> String {
        if let file = files[architecture.rawValue] { return file }
        throw OfficialWeightsError(
            .settings, refusal(of: architecture.rawValue) + ". Name a file with `weights` FILE")
    }

    /// What a network that has no official weights is answered.
    package static func refusal(of name: String) -> String {
        NearestName.refusal(of: name, "official network", among: architectures.map(\.rawValue))
    }

    private static func base(_ environment: [String: String]) throws -> URL {
        let text = setting("WINNOW_WEIGHTS_URL", environment)
        let base = text ?? "https://download.pytorch.org/models"
        guard let url = URL(string: base), ["http", "https"].contains(url.scheme?.lowercased()),
            url.host?.isEmpty == false
        else {
            throw OfficialWeightsError(
                .settings,
                "WINNOW_WEIGHTS_URL is '\(base)'; expected the http or https address of a folder, as in "
                    + "https://mirror.example/models. Correct it, or unset it for torchvision's own"
            )
        }
        return url
    }

    private static func setting(_ name: String, _ environment: [String: String]) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The first eight hexadecimal digits of the file's SHA-256, from its name.
    package var hashPrefix: String { Self.digits(of: file) }

    /// The address for messages: a user and password in it are left out.
    package var shownURL: String {
        var parts = URLComponents(url: url, resolvingAgainstBaseURL: true)
        parts?.user = nil
        parts?.password = nil
        return parts?.string ?? file
    }

    /// What to do where nothing can be fetched.
    var byHand: String {
        "Give a file with `weights` FILE, or fetch \(shownURL) elsewhere and put it at \(cached.path)"
    }
}
