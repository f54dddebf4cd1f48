// swift-tools-version: 6.1
// Programs that use Winnow as a library: a package of its own, which depends on the one above by path.
import PackageDescription

func example(_ name: String) -> Target {
    .executableTarget(name: name, dependencies: [.product(name: "Winnow", package: "winnow")])
}

let package = Package(
    name: "Examples",
    platforms: [.macOS(.v14)],
    dependencies: [.package(name: "winnow", path: "..")],
    targets: [
        example("ShrinkAModel"), example("OwnCriterion"), example("OwnNetwork"),
        example("OwnOperator"),
    ],
    swiftLanguageModes: [.v6]
)
