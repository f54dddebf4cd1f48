// swift-tools-version: 6.1
// The only place that names the native libraries. Each room is a target; an arrow of the design is
// a target dependency, and there are no others.
import Foundation
import PackageDescription

/// Where `scripts/setup` unpacks PyPI's libtorch (pip's own layout, or a link to `WINNOW_TORCH`).
let torch = "\(Context.packageDirectory)/.dependencies/python/torch"

let swiftSettings: [SwiftSetting] = [.enableUpcomingFeature("ExistentialAny")]

#if arch(x86_64)
    let nativeInstructions = ["-Xcc", "-march=native"]
#else
    let nativeInstructions: [String] = []
#endif

/// Perceptron is built for this machine's vector registers, and optimised in debug builds too: its
/// inner loop is the only code where an instruction set decides the speed. `BuiltinModule` gives
/// arithmetic on whole vectors; without it the room compiles to the same results, more slowly.
/// Without `math-errno` a vector of square roots is one instruction instead of sixteen calls.
/// Functions begin at multiples of 64 bytes: where the loops happen to begin is worth a fifth.
let vectorSettings: [SwiftSetting] = [
    .enableExperimentalFeature("BuiltinModule"),
    .unsafeFlags(
        [
            "-O", "-whole-module-optimization", "-num-threads", "2", "-Xcc", "-fno-math-errno",
            "-Xllvm", "-align-all-functions=6",
        ] + nativeInstructions),
]

/// A room under `Sources/`, with the rooms it may import.
func room(
    _ name: String, _ dependencies: [Target.Dependency] = [], settings: [SwiftSetting] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, exclude: ["README.md"],
        swiftSettings: swiftSettings + settings)
}

/// The tests of a room, under `Tests/<room>Tests`.
func tests(_ room: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(room)Tests", dependencies: [.byName(name: room)] + dependencies,
        path: "Tests/\(room)Tests", swiftSettings: swiftSettings)
}

let nativeLibraries: [Target] = [
    .systemLibrary(
        name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
        name: "CImageCodecs", pkgConfig: "libturbojpeg",
        providers: [.apt(["libturbojpeg0-dev", "libpng-dev"]), .brew(["jpeg-turbo", "libpng"])]),
    .systemLibrary(
        name: "CSVM", providers: [.apt(["libsvm-dev"]), .brew(["libsvm"])]),
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")

let rooms: [Target] = [
    room("Formats", ["CZlib", "CImageCodecs"]),
    room("Perceptron", settings: vectorSettings),
    room("Studies", ["Perceptron", "Formats", "CSVM", crypto]),
]

/// The command line.
let program = Target.executableTarget(
    name: "winnow",
    dependencies: [
        "Perceptron", "Studies", "Formats",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ],
    swiftSettings: swiftSettings)

let roomTests: [Target] = [
    tests("Formats"),
    tests("Perceptron"),
    tests("Studies", ["Perceptron", "Formats"]),
]

let package = Package(
    name: "winnow",
    platforms: [.macOS(.v14)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    ],
    targets: nativeLibraries + rooms + [program] + roomTests,
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx20
)
